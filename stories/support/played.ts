import type { Scenario } from '@regen/realtime-mocks';

/** Parameters of a story that plays a scenario from its start, with what to look at. */
export function played(scenario: Scenario): Record<string, unknown> {
  return { realtime: { scenario }, docs: { description: { story: scenario.summary } } };
}
