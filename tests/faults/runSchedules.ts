import { describeSchedule, scheduleOf, type Schedule } from './simulation/schedule.ts';
import { simulate, type Report } from './simulation/simulate.ts';
import type { Tally } from './simulation/tally.ts';

export interface Failure {
  schedule: Schedule;
  /** The shortest schedule found that still fails. */
  shortest: Schedule;
  wrong: readonly string[];
}

export interface Run {
  played: number;
  tallies: readonly Tally[];
  /** Only the first one: what comes after a defect mostly is the same defect. */
  failure: Failure | null;
  resets: number;
  deliveries: number;
  events: number;
}

/** Schedules that shrinking tries at most. */
const SHRINKING_TRIES = 150;

/** Plays the schedules of consecutive seeds until one fails. `SEED` in the environment plays that one alone. */
export async function runSchedules(firstSeed: number, count: number): Promise<Run> {
  const given = process.env['SEED'];
  const first = given === undefined ? firstSeed : Number(given);
  const last = given === undefined ? firstSeed + count : first + 1;
  const tallies: Tally[] = [];
  let resets = 0;
  let deliveries = 0;
  let events = 0;
  let failure: Failure | null = null;
  for (let seed = first; seed < last && failure === null; seed += 1) {
    const schedule = scheduleOf(seed);
    const report = await simulate(schedule);
    tallies.push(report.tally);
    resets += report.resets;
    deliveries += report.deliveries;
    events += report.events;
    if (report.wrong.length > 0) failure = await shrink(schedule, report);
  }
  return { played: tallies.length, tallies, failure, resets, deliveries, events };
}

/** Leaves out what the failure does not need: steps, tabs, jobs. */
async function shrink(schedule: Schedule, report: Report): Promise<Failure> {
  let shortest = schedule;
  let { wrong } = report;
  let tries = 0;

  async function stillFails(candidate: Schedule): Promise<boolean> {
    if (tries >= SHRINKING_TRIES) return false;
    tries += 1;
    const { wrong: found } = await simulate(candidate);
    if (found.length === 0) return false;
    shortest = candidate;
    wrong = found;
    return true;
  }

  for (let size = Math.ceil(schedule.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < shortest.steps.length;) {
      const steps = shortest.steps.toSpliced(from, size);
      if (!(await stillFails({ ...shortest, steps }))) from += size;
    }
  }
  while (shortest.tabs > 1 && (await stillFails({ ...shortest, tabs: shortest.tabs - 1 })));
  while (shortest.jobs > 1 && (await stillFails({ ...shortest, jobs: shortest.jobs - 1 })));
  return { schedule, shortest, wrong };
}

/** What a person needs to see and to repeat it. */
export function describeFailure({ schedule, shortest, wrong }: Failure): string {
  return [
    `The schedule of seed ${String(schedule.seed)} fails. Repeat it: SEED=${String(schedule.seed)} npx vitest run --project unit tests/faults/schedules.test.ts`,
    `Shortest: ${describeSchedule(shortest)}`,
    ...wrong.slice(0, 6).map((each) => (each.length > 2_000 ? `${each.slice(0, 2_000)} …` : each)),
    `As drawn: ${describeSchedule(schedule)}`,
  ].join('\n');
}
