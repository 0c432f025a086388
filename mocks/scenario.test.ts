import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createPlayer } from './player.ts';
import { parseScenario, type Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { created, ofJob, refusal, scenario, step, type Step } from './testing/plantedScenario.ts';

const paused = { at: 10, do: 'worker:pause', job: 'a' };
const crashed = { at: 10, do: 'worker:crash', job: 'a' };
const failed = { at: 10, do: 'worker:fail', job: 'a', code: 'timeout', message: 'No answer', retryable: true };
const write = (at: number): Step => ({ at, do: 'worker:write', job: 'a', text: 'More.' });

interface Wrong {
  name: string;
  input: Step;
  /** Index of the step; null: the scenario as a whole. */
  step: number | null;
  reason: string;
}

const wrong: Wrong[] = [
  {
    name: 'a page that opens after the end',
    input: scenario([created], { opensAtMs: 10_001 }),
    step: null,
    reason: 'the page opens at 10001 ms, when the scenario is over (10000 ms); open it earlier',
  },
  {
    name: 'a moment behind the end',
    input: scenario([created], { moments: { late: 10_001 } }),
    step: null,
    reason: 'the moment "late" at 10001 ms lies behind its end (10000 ms); give it an earlier time',
  },
  {
    name: 'a step before the one above it',
    input: scenario([{ ...created, at: 5 }, write(4)]),
    step: 1,
    reason: 'it comes at 4 ms, after a step at 5 ms; put it before that one',
  },
  {
    name: 'a step after the end',
    input: scenario([created, write(10_001)]),
    step: 1,
    reason: 'it comes at 10001 ms, when the scenario is over (10000 ms); let it come earlier or raise "durationMs"',
  },
  ...['person:cancel', 'person:resume', 'person:retry'].map((name) => ({
    name: `${name} before the page is open`,
    input: scenario([created, name === 'person:retry' ? step(5_000, name) : ofJob(5_000, name)], { opensAtMs: 5_000 }),
    step: 1,
    reason: 'the page opens only at 5000 ms, so nobody can do this yet; let it come later',
  })),
  ...['device:reload', 'device:crash'].map((name) => ({
    name: `a person at a page that is away after ${name}`,
    input: scenario([created, step(1_000, name, { awayMs: 500 }), ofJob(1_500, 'person:cancel')]),
    step: 2,
    reason: 'the page is away and back only at 1500 ms, so nobody can do this yet; let it come later',
  })),
  {
    name: 'a person at a page that never comes back',
    input: scenario([created, step(1, 'device:reload', { awayMs: 99_999 }), ofJob(9_999, 'person:cancel')]),
    step: 2,
    reason: 'the page is away and back only at 100000 ms, so nobody can do this yet; let it come later',
  },
  {
    name: 'a page left before it is open',
    input: scenario([step(0, 'device:reload', { awayMs: 1 })]),
    step: 0,
    reason: 'the page opens only at 0 ms, so it cannot be left yet; let it come later',
  },
  {
    name: 'a page left while it is away',
    input: scenario([step(1, 'device:reload', { awayMs: 100 }), step(50, 'device:crash', { awayMs: 1 })]),
    step: 1,
    reason: 'the page is away and back only at 101 ms, so it cannot be left yet; let it come later',
  },
  {
    name: 'a record of an earlier page after this one has opened',
    input: scenario([ofJob(5_000, 'device:leave', { record: 'stale' })]),
    step: 0,
    reason: 'the page opened at 0 ms; let an earlier page leave its record before',
  },
  {
    name: 'writing nothing',
    input: scenario([created, ofJob(1, 'worker:write')]),
    step: 1,
    reason: 'it writes nothing; give it "text" or "pieces"',
  },
  {
    name: 'writing twice in one step',
    input: scenario([created, ofJob(1, 'worker:write', { text: 'x', pieces: ['y'] })]),
    step: 1,
    reason: 'it has both "text" and "pieces"; give it one',
  },
  {
    name: 'an empty title',
    input: scenario([{ ...created, title: ' ' }]),
    step: 0,
    reason: 'the job "a" has an empty title; give it one',
  },
  {
    name: 'two steps of one id',
    input: scenario([{ ...created, steps: [{ id: 'read' }, { id: 'write' }, { id: 'read' }] }]),
    step: 0,
    reason: 'the job "a" has two steps with the id "read"; give each its own',
  },
  {
    name: 'a job that exists already; give the new one another name',
    input: scenario([created, { ...created, at: 1 }]),
    step: 1,
    reason: 'the job "a" exists already; give the new one another name',
  },
  {
    name: 'a job that does not exist',
    input: scenario([write(0)]),
    step: 0,
    reason: 'there is no job "a" yet; put a worker:create before it',
  },
  {
    name: 'a worker after its last word',
    input: scenario([created, ofJob(1, 'worker:complete'), write(2)]),
    step: 2,
    reason: 'the job "a" is over, and its worker has nothing more to say; let this come before its end',
  },
  ...['worker:write', 'worker:speak', 'worker:continue', 'worker:complete'].map((name) => ({
    name: `${name} of a worker that has crashed`,
    input: scenario([created, crashed, ofJob(20, name, name === 'worker:write' ? { text: 'x' } : {})]),
    step: 2,
    reason:
      'the worker of "a" crashed at 10 ms; only worker:takeover or person:resume from 120010 ms on brings it back',
  })),
  {
    name: 'a crashed worker that was resumed before the server gave it up',
    input: scenario([created, crashed, ofJob(4_000, 'person:resume'), write(9_000)], { timings: { lostMs: 5_000 } }),
    step: 3,
    reason: 'the worker of "a" crashed at 10 ms; only worker:takeover or person:resume from 5010 ms on brings it back',
  },
  {
    name: 'a worker after a failure that nobody resumed',
    input: scenario([created, failed, write(20)]),
    step: 2,
    reason: 'the worker of "a" failed at 10 ms; only worker:takeover or person:resume brings it back',
  },
  {
    name: 'a worker before it has answered the resume',
    input: scenario([created, failed, ofJob(100, 'person:resume'), write(899)]),
    step: 3,
    reason: 'the worker of "a" failed at 10 ms and is back at 900 ms; let it come then',
  },
  {
    name: 'a worker that does not answer the resume',
    input: scenario([
      created,
      failed,
      ofJob(20, 'worker:onResume', { afterMs: null }),
      ofJob(100, 'person:resume'),
      write(9_000),
    ]),
    step: 4,
    reason: 'the worker of "a" failed at 10 ms; only worker:takeover or person:resume brings it back',
  },
  {
    name: 'a job that continues without a pause',
    input: scenario([created, ofJob(1, 'worker:continue')]),
    step: 1,
    reason: 'the job "a" is not paused, so it cannot continue; put a worker:pause before it',
  },
  {
    name: 'a job that continues twice',
    input: scenario([created, paused, ofJob(20, 'worker:continue'), ofJob(30, 'worker:continue')]),
    step: 3,
    reason: 'the job "a" is not paused, so it cannot continue; put a worker:pause before it',
  },
  ...[
    step(1, 'server:restart', { keepLog: true, downMs: 1 }),
    step(1, 'server:drain', { windowMs: 1, downMs: 1 }),
    step(1, 'server:degrade'),
    step(1, 'server:accept'),
    ofJob(1, 'server:refill'),
  ].map((planted) => ({
    name: `${String(planted['do'])} without a server`,
    input: scenario([created, planted], { noServer: true }),
    step: 1,
    reason: `there is no server ("noServer"), so no ${String(planted['do'])}; leave one of the two out`,
  })),
  {
    name: 'a step of a wrong name',
    input: scenario([created, ofJob(1, 'worker:strem', { text: 'x', tokensPerSecond: 1 })]),
    step: 1,
    reason: 'there is no "worker:strem"; did you mean "worker:stream"?',
  },
  {
    name: 'a step without a name',
    input: scenario([created, { at: 1 }]),
    step: 1,
    reason: 'it does not say what to do; give it a "do"',
  },
];

test.each(wrong)('$name is refused', ({ input, step: index, reason }) => {
  const where = index === null ? '' : `, step ${String(index + 1)}`;
  expect(refusal(input)).toEqual({ step: index, message: `Scenario "planted"${where}: ${reason}` });
});

const right: { name: string; steps: Step[]; more?: Step }[] = [
  { name: 'a page that opens at the end', steps: [created], more: { opensAtMs: 10_000 } },
  {
    name: 'a cancel elsewhere while the page is away',
    steps: [created, ofJob(1, 'person:cancelElsewhere')],
    more: { opensAtMs: 5_000 },
  },
  { name: 'a record that is left when the page opens', steps: [ofJob(0, 'device:leave', { record: 'stale' })] },
  { name: 'a pause and its end', steps: [created, paused, ofJob(20, 'worker:continue'), write(30)] },
  { name: 'a worker that was taken over', steps: [created, crashed, ofJob(20, 'worker:takeover'), write(30)] },
  { name: 'a failure that was resumed', steps: [created, failed, ofJob(100, 'person:resume'), write(900)] },
  {
    name: 'a given-up worker that was resumed',
    steps: [created, crashed, ofJob(5_010, 'person:resume'), write(5_810)],
    more: { timings: { lostMs: 5_000 } },
  },
  {
    name: 'a stream that the end cuts',
    steps: [created, ofJob(1, 'worker:stream', { text: 'word '.repeat(1_000), tokensPerSecond: 1 })],
  },
  { name: 'a job told anew after its end', steps: [created, ofJob(1, 'worker:complete'), { ...created, at: 2 }] },
  { name: 'a worker without a server to see it', steps: [created, write(1)], more: { noServer: true } },
];

test.each(right)('$name is accepted', ({ steps, more }) => {
  expect(parseScenario(scenario(steps, more)).steps).toHaveLength(steps.length);
});

test.each(SCENARIOS.map((told): [string, Scenario] => [told.id, told]))('%s makes sense', (_id, told) => {
  expect(parseScenario(told).id).toBe(told.id);
});

test('what the rules refuse while it plays names the step', async () => {
  const player = createPlayer({
    scenario: scenario([created, ofJob(100, 'worker:takeover')]),
    createPage: () => ({
      open: () => Promise.resolve(),
      close: () => undefined,
      cancel: () => Promise.resolve(),
      resume: () => Promise.resolve(),
      retryNow: () => undefined,
      hold: () => undefined,
      release: () => undefined,
    }),
  });
  await player.seek(1_000);
  const [first, ...others] = player.getState().refusals;
  await player.dispose();
  expect(first).toMatch(/^Step 2: "a" was not taken over: ./);
  expect(others.filter((message) => !message.startsWith('Step 2: '))).toEqual([]);
});

test('every file of a scenario is in the list', () => {
  const files = readdirSync(join(process.cwd(), 'mocks', 'scenarios')).map((file) => file.replace('.ts', ''));
  const others = ['index', 'parts', 'texts'];
  const named = SCENARIOS.map(({ id }) => id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
  expect(named.sort()).toEqual(files.filter((file) => !others.includes(file)).sort());
});
