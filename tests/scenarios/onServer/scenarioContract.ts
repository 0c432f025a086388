import { createSeededRandom, parseScenario, type Scenario } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';
import { mockWorld } from '../../../mocks/world.ts';
import { playThrough } from './playThrough.ts';
import { serverWorld, type CreatePlayedLog } from './serverWorld.ts';

const EVERY_MS = 1_000;
/** Thousands of calls and messages: a busy machine takes its time. */
const DEADLINE_MS = 180_000;

export function scenarioContract(name: string, scenarios: readonly Scenario[], createLog: CreatePlayedLog): void {
  test.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    `%s on ${name} is at every moment what it is on the mock`,
    async (_id, given) => {
      const scenario = parseScenario(given);
      const times = timesOf(scenario);
      // Logs differ in how much they draw; their servers draw alike.
      const mock = mockWorld(scenario, { logRandom: createSeededRandom(0) });
      const world = await serverWorld(scenario, createLog);
      const [onMock, onServer] = await Promise.all([mock, world].map((played) => playThrough(scenario, played, times)));
      await world.close();
      expect(onServer).toEqual(onMock);
      expect(world.link.connections).toBe(0);
      expect(world.clock.pending()).toBe(mock.clock.pending());
    },
    DEADLINE_MS,
  );
}

/** Every second, every step and every moment that has a name. */
function timesOf({ durationMs, steps, moments = {} }: Scenario): number[] {
  const times = [
    ...Array.from({ length: Math.floor(durationMs / EVERY_MS) }, (_, index) => index * EVERY_MS),
    ...steps.map(({ at }) => at),
    ...Object.values(moments),
    durationMs,
  ];
  return [...new Set(times)].toSorted((one, other) => one - other);
}
