import type { WorkerApi } from '@regen/realtime-core';
import { expect, test, vi } from 'vitest';
import { leftOutLive } from './liveFaults.ts';
import { createLink } from '../link.ts';
import { createMockBackend } from '../mockBackend.ts';
import { createActivity } from '../activity.ts';
import { createPunctualClock } from './punctualClock.ts';
import { createRunJobs, type RunJobs } from './runJobs.ts';
import type { Scenario } from '../scenario.ts';
import { createSeededRandom } from '../seededRandom.ts';
import { createSignIns } from '../signIns.ts';
import { createScopedClock } from '../scopedClock.ts';
import { createVirtualClock } from '../virtualClock.ts';

const WORKER = { kind: 'worker' } as const;

test('a stopped clock stands, and no timer of it fires any more', () => {
  const source = createVirtualClock();
  const clock = createScopedClock(source);
  const fired: string[] = [];
  clock.setTimeout(() => fired.push('before'), 10);
  clock.setTimeout(() => fired.push('after'), 30);
  source.advance(20);
  const now = source.now();
  clock.end(now);
  clock.setTimeout(() => fired.push('late'), 0);
  source.advance(100);
  expect(fired).toEqual(['before']);
  expect(clock.now()).toBe(now);
  expect(source.pending()).toBe(0);
});

test('timers that come late do not make what they pace fall behind', () => {
  const source = createVirtualClock();
  const start = source.now();
  // Each timer of this clock is 5 ms late.
  const late = { ...source, setTimeout: (callback: () => void, ms: number) => source.setTimeout(callback, ms + 5) };
  const clock = createPunctualClock(late);
  const fired: number[] = [];
  const tick = (): void => {
    fired.push(source.now() - start);
    if (fired.length < 10) clock.setTimeout(tick, 20);
  };
  clock.setTimeout(tick, 20);
  source.advance(1_000);
  expect(fired).toEqual(Array.from({ length: 10 }, (_, index) => (index + 1) * 20 + 5));
});

test('a live run leaves out what a browser alone cannot make, up to its end', () => {
  const scenario: Scenario = {
    id: 'faults',
    title: 'Faults',
    summary: '',
    durationMs: 20_000,
    tokenValidMs: 90_000,
    maxTextLength: 100,
    noServer: true,
    steps: [
      { at: 1_000, do: 'network:drop' },
      { at: 2_000, do: 'device:offline' },
      { at: 3_000, do: 'device:renewToken' },
      { at: 4_000, do: 'device:renewToken', validMs: 5_000 },
      { at: 9_000, do: 'server:degrade' },
    ],
  };
  expect(leftOutLive(scenario, 8_000)).toEqual([
    { at: null, what: 'no server answers' },
    { at: null, what: 'the sign-in ends after 90 s' },
    { at: null, what: 'the server keeps 100 characters of a text' },
    { at: 1_000, what: 'network:drop' },
    { at: 4_000, what: 'device:renewToken: the sign-in ends after 5 s' },
  ]);
  expect(leftOutLive({ id: 'plain', title: 'Plain', summary: '', durationMs: 1, steps: [] }, 1)).toEqual([]);
});

/** A server with three jobs of a run: one that runs, one that has ended, and one that another process took over. */
async function threeJobs(): Promise<{ api: WorkerApi; run: ReturnType<typeof createRunJobs> }> {
  const clock = createVirtualClock();
  const backend = createMockBackend({
    url: 'http://runs.mock.invalid',
    clock,
    random: createSeededRandom(1),
    activity: createActivity(),
    link: createLink({ clock }),
    authenticate: createSignIns(clock).authenticate,
  });
  const api = backend.workers;
  const run = createRunJobs(api);
  for (const jobId of ['running', 'completed', 'taken']) {
    const created = await run.workers.createJob({ caller: WORKER, body: { jobId, ownerId: 'dev', title: jobId } });
    if ('error' in created) throw new Error(created.error.message);
    const events = [{ type: 'job:started' }, ...(jobId === 'completed' ? [{ type: 'job:completed' }] : [])];
    const { sequence, writer } = created.body;
    await run.workers.append({ caller: WORKER, jobId, body: { events, from: sequence + 1, writer } });
  }
  await run.workers.takeover({ caller: WORKER, jobId: 'taken', body: {} });
  return { api, run };
}

/** The calls by which it cancels. */
function cancelNow(run: RunJobs, api: WorkerApi): Promise<unknown>[] {
  const sent: Promise<unknown>[] = [];
  run.cancelNow({
    ...api,
    append: (request) => {
      const call = api.append(request);
      sent.push(call);
      return call;
    },
  });
  return sent;
}

async function statuses(api: WorkerApi): Promise<readonly string[]> {
  return Promise.all(
    ['running', 'completed', 'taken'].map(async (jobId) => {
      const answer = await api.get({ caller: WORKER, jobId });
      return 'error' in answer ? answer.error.code : answer.body.job.status;
    }),
  );
}

test('a run cancels what it left running, and asks nothing that is refused', async () => {
  const { api, run } = await threeJobs();
  const append = vi.spyOn(api, 'append');
  await run.cancelLeft();
  expect(await statuses(api)).toEqual(['cancelled', 'completed', 'cancelled']);
  const answers = await Promise.all(append.mock.results.map(({ value }) => value as ReturnType<WorkerApi['append']>));
  expect(answers.map(({ status }) => status)).not.toContain(409);
  append.mockClear();
  await run.cancelLeft();
  expect(append).not.toHaveBeenCalled();
});

test('a run that is left at once cancels by its last calls, without a question', async () => {
  const { api, run } = await threeJobs();
  const sent = cancelNow(run, api);
  expect(sent).toHaveLength(2);
  await Promise.all(sent);
  expect(await statuses(api)).toEqual(['cancelled', 'completed', 'cancelled']);
});

test('what is on its way as a run is left stays, and the job is cancelled behind it', async () => {
  const { api, run } = await threeJobs();
  const created = await run.workers.createJob({
    caller: WORKER,
    body: { jobId: 'late', ownerId: 'dev', title: 'late' },
  });
  if ('error' in created) throw new Error(created.error.message);
  const { writer } = created.body;
  const late = run.workers.append({
    caller: WORKER,
    jobId: 'late',
    body: { events: [{ type: 'job:started' }], from: 2, writer },
  });
  const sent = cancelNow(run, api);
  await Promise.all([late, ...sent]);
  expect(await api.get({ caller: WORKER, jobId: 'late' })).toMatchObject({
    body: { job: { status: 'cancelled', sequence: 3 } },
  });
});
