import type { WorkerApi } from '@regen/realtime-core';
import { expect, test, vi } from 'vitest';
import { createActivity } from '../activity.ts';
import { createLink } from '../link.ts';
import { createMockBackend } from '../mockBackend.ts';
import type { Scenario } from '../scenario.ts';
import { createScopedClock } from '../scopedClock.ts';
import { createSeededRandom } from '../seededRandom.ts';
import { createSignIns } from '../signIns.ts';
import { createVirtualClock, type VirtualClock } from '../virtualClock.ts';
import { leftOutLive } from './liveFaults.ts';
import { beginLiveRun, type LiveRun } from './liveRun.ts';
import { createPunctualClock } from './punctualClock.ts';

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
      { at: 8_000, do: 'server:recover' },
      { at: 8_001, do: 'server:degrade' },
    ],
  };
  expect(leftOutLive(scenario, 8_000)).toEqual([
    { at: null, what: 'no server answers' },
    { at: null, what: 'the sign-in ends after 90 s' },
    { at: null, what: 'the server keeps 100 characters of a text' },
    { at: 1_000, what: 'network:drop' },
    { at: 4_000, what: 'device:renewToken: the sign-in ends after 5 s' },
    { at: 8_000, what: 'server:recover' },
  ]);
  expect(leftOutLive({ id: 'plain', title: 'Plain', summary: '', durationMs: 1, steps: [] }, 1)).toEqual([]);
});

const ONE_JOB: Scenario = {
  id: 'one-job',
  title: 'One job',
  summary: '',
  durationMs: 10_000,
  steps: [
    { at: 0, do: 'worker:create', job: 'report', title: 'Report' },
    { at: 2_000, do: 'worker:write', job: 'report', text: 'Some words.' },
  ],
};

interface RunAtServer {
  run: LiveRun<ReturnType<typeof fakePage>>;
  /** Whether its workers hear of what people ask. */
  hears(): boolean;
  /** Of the job, on the server. */
  status(): Promise<string>;
  /** To a time since the start; all calls have been answered. */
  moveTo(time: number): Promise<void>;
  onChange: ReturnType<typeof vi.fn>;
}

function fakePage() {
  return {
    open: () => Promise.resolve(),
    close: vi.fn(),
    cancel: () => Promise.resolve(),
    resume: () => Promise.resolve(),
    retryNow: () => undefined,
    hold: () => undefined,
    release: () => undefined,
  };
}

/** The run of one job that goes on until 10 s, with a page that opens no connection; timers fire `lateMs` late. */
async function runOfOneJob(lateMs = 0): Promise<RunAtServer> {
  const source = createVirtualClock();
  const clock: VirtualClock = {
    ...source,
    setTimeout: (callback, ms) => source.setTimeout(callback, ms + lateMs),
  };
  const start = source.now();
  const activity = createActivity();
  const { workers } = createMockBackend({
    url: 'http://runs.mock.invalid',
    clock: source,
    random: createSeededRandom(1),
    activity,
    link: createLink({ clock: source }),
    authenticate: createSignIns(source).authenticate,
  });
  const hearing = new Set<object>();
  const api: WorkerApi = {
    ...workers,
    controlStream: async (request) => {
      const opened = await workers.controlStream(request);
      if ('error' in opened) return opened;
      hearing.add(opened);
      return {
        ...opened,
        close: () => {
          hearing.delete(opened);
          opened.close();
        },
      };
    },
  };
  const onChange = vi.fn();
  const run = beginLiveRun({
    scenario: ONE_JOB,
    until: 10_000,
    server: {
      url: 'http://runs.mock.invalid',
      workers: api,
      lastCalls: api,
      getState: () => 'ready',
      subscribe: () => () => undefined,
    },
    clock,
    createPage: fakePage,
    onChange,
  });
  return {
    run,
    onChange,
    hears: () => hearing.size > 0,
    status: async () => {
      await activity.settled();
      const answer = await workers.get({ caller: { kind: 'worker' }, jobId: run.jobName('report') });
      return 'error' in answer ? answer.error.code : answer.body.job.status;
    },
    moveTo: (time) => source.advanceTo(start + time, { settle: activity.settled }),
  };
}

test('a run ends by itself at its time, however late its timers are, and its page stands', async () => {
  const { run, status, moveTo, onChange } = await runOfOneJob(40);
  await moveTo(10_039);
  expect(run.isOver()).toBe(false);
  expect(await status()).toBe('running');
  onChange.mockClear();
  await moveTo(10_040);
  expect(run.isOver()).toBe(true);
  expect(onChange).toHaveBeenCalledOnce();
  expect(run.time()).toBe(10_000);
  expect(await status()).toBe('cancelled');
  expect(run.page()?.close).not.toHaveBeenCalled();
  await moveTo(60_000);
  expect(run.time()).toBe(10_000);
});

test('a run that is left closes its page and cancels its job, and nobody of it listens', async () => {
  const { run, status, moveTo, hears } = await runOfOneJob();
  await moveTo(3_000);
  const page = run.page();
  expect(hears()).toBe(true);
  run.leave();
  expect(page?.close).toHaveBeenCalledOnce();
  expect(run.page()).toBeNull();
  expect(run.isOver()).toBe(true);
  expect(run.time()).toBe(3_000);
  expect(await status()).toBe('cancelled');
  expect(hears()).toBe(false);
});

test('a run that is left behind its end, before a late timer says so, stands at its end', async () => {
  const { run, moveTo } = await runOfOneJob(40);
  await moveTo(10_020);
  run.leave();
  expect(run.time()).toBe(10_000);
});

test('a run whose page is put away stands as it is and is over, and can still be left', async () => {
  const { run, status, moveTo } = await runOfOneJob();
  await moveTo(3_000);
  const page = run.page();
  run.leaveNow();
  expect(run.isOver()).toBe(true);
  expect(run.page()).toBe(page);
  expect(page?.close).not.toHaveBeenCalled();
  expect(await status()).toBe('cancelled');
  await moveTo(60_000);
  expect(run.time()).toBe(3_000);
  run.leave();
  expect(page?.close).toHaveBeenCalledOnce();
});
