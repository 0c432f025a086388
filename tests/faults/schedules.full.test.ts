import { test } from 'vitest';
import { describeFailure, runSchedules } from './runSchedules.ts';
import { tableOf } from './simulation/tally.ts';

const FIRST_SEED = 100_000;
const COUNT = 10_000;
const PARTS = 10;

for (let part = 0; part < PARTS; part += 1) {
  const first = FIRST_SEED + (part * COUNT) / PARTS;
  test(`schedules from seed ${String(first)}: nothing lost, doubled or out of order`, async () => {
    const run = await runSchedules(first, COUNT / PARTS);
    if (run.failure !== null) throw new Error(describeFailure(run.failure));
    process.stdout.write(`${tableOf(run.tallies)}\n`);
  }, 240_000);
}
