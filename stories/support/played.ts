import type { Scenario } from '@regen/realtime-mocks';

/** A story that plays a scenario from its start, with its title and what to look at. */
export function played(scenario: Scenario): { name: string; parameters: Record<string, unknown> } {
  return {
    name: scenario.title,
    parameters: { realtime: { scenario }, docs: { description: { story: scenario.summary } } },
  };
}
