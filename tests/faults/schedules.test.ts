import { expect, test } from 'vitest';
import { describeFailure, runSchedules } from './runSchedules.ts';
import { scheduleOf, type StepName } from './simulation/schedule.ts';
import { simulate } from './simulation/simulate.ts';
import { tableOf } from './simulation/tally.ts';

const COUNT = 1_000;

test('1,000 schedules: nothing lost, doubled or out of order, and no reset where the log lost nothing', async () => {
  const run = await runSchedules(1, COUNT);
  if (run.failure !== null) throw new Error(describeFailure(run.failure));
  const { played, events, deliveries, resets } = run;
  process.stdout.write(`${tableOf(run.tallies)}\n${JSON.stringify({ played, events, deliveries, resets })}\n`);
  if (played < COUNT) return;
  // A fault that never hits anything proves nothing.
  const hits = (name: StepName): number => run.tallies.filter((tally) => (tally.get(name) ?? 0) > 0).length;
  const FAULTS: readonly StepName[] = [
    'drop',
    'refuse',
    'half_open',
    'delay',
    'duplicate',
    'reorder',
    'hole',
    'overlap',
    'restart',
    'drain',
    'lose_pushes',
    'double_pushes',
    'late_pushes',
    'outage',
    'crash_worker',
    'zombie_worker',
    'lose_calls',
    'lose_answers',
    'reload',
    'crash_page',
    'hide',
    'offline',
    'look_away',
    'short_tokens',
    'cancel',
    'lose_tail',
    'lose_log',
  ];
  for (const name of FAULTS) expect(hits(name), name).toBeGreaterThan(COUNT / 50);
  expect(deliveries).toBeGreaterThan(COUNT * 20);
  expect(resets).toBeGreaterThan(0);
}, 120_000);

test('a schedule is the same each time', async () => {
  const schedule = scheduleOf(5);
  expect(scheduleOf(5)).toEqual(schedule);
  const one = await simulate(schedule);
  const other = await simulate(schedule);
  expect([...one.tally]).toEqual([...other.tally]);
  expect([one.deliveries, one.events, one.resets]).toEqual([other.deliveries, other.events, other.resets]);
});
