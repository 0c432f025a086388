/** Scenarios with a mistake, and what is said of them. */
import { parseScenario, ScenarioError } from '../scenario.ts';

export type Step = Record<string, unknown>;

export const created = { at: 0, do: 'worker:create', job: 'a', title: 'Report' };
export const step = (at: number, name: string, more: Step = {}): Step => ({ at, do: name, ...more });
export const ofJob = (at: number, name: string, more: Step = {}): Step => step(at, name, { job: 'a', ...more });

/** A scenario of 10 s with these steps, unchecked. */
export function scenario(steps: readonly Step[], more: Step = {}): Step {
  return { id: 'planted', title: 'Planted', summary: '', durationMs: 10_000, steps, ...more };
}

/** What the scenario is refused with; fails where it is not. */
export function refusal(input: unknown): { step: number | null; message: string } {
  try {
    parseScenario(input);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return { step: error.step, message: error.message };
  }
  throw new Error('This scenario is accepted.');
}
