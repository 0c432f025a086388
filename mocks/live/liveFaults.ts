/** What of a scenario a browser alone cannot make on a real server. */
import type { Scenario, ScenarioStep } from '../scenario.ts';

/** `at`: of a step, ms since the start; null for what lasts from its start to its end. */
export interface LeftOut {
  at: number | null;
  what: string;
}

/** What a live run of the scenario that ends at `until` leaves out, in its order. */
export function leftOutLive(scenario: Scenario, until: number): readonly LeftOut[] {
  const { noServer, tokenValidMs, maxTextLength, timings } = scenario;
  const lasting = [
    ...(noServer === true ? ['no server answers'] : []),
    ...(tokenValidMs === undefined ? [] : [`the sign-in ends after ${seconds(tokenValidMs)}`]),
    ...(maxTextLength === undefined ? [] : [`the server keeps ${String(maxTextLength)} characters of a text`]),
    ...(timings === undefined ? [] : ['the server has other timings']),
  ];
  const steps = scenario.steps.flatMap((step) => {
    const what = step.at <= until ? faultOf(step) : null;
    return what === null ? [] : [{ at: step.at, what }];
  });
  return [...lasting.map((what) => ({ at: null, what })), ...steps];
}

function faultOf(step: ScenarioStep): string | null {
  if (/^(network|server):/.test(step.do)) return step.do;
  if ('validMs' in step && step.validMs !== undefined) {
    return `${step.do}: the sign-in ends after ${seconds(step.validMs)}`;
  }
  return null;
}

function seconds(ms: number): string {
  return `${String(ms / 1_000)} s`;
}
