import type { JobEvent } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { jobEntryOf } from './jobEntry.ts';
import { clientReducer, createJobSubscription, type JobSubscription } from './jobSubscription.ts';
import { listenToJob, type JobListener } from './jobListener.ts';
import { INITIAL_STATE, createStore, type RealtimeState } from './realtimeStore.ts';
import { JOB, START, completed, failed, logOf, resumed, snapshotOf } from './testing/fixtures.ts';
import { settled } from './testing/scriptedServer.ts';

function createBed(jobId = JOB) {
  const thrown: unknown[] = [];
  const store = createStore<RealtimeState>(INITIAL_STATE, (error) => thrown.push(error));
  let retained = 0;
  const show = (subscription: JobSubscription): void => {
    const entry = jobEntryOf(jobId, subscription, null, undefined, true);
    store.setState({ ...store.getState(), jobs: new Map([[jobId, entry]]) });
  };
  return {
    thrown,
    retained: () => retained,
    show,
    /** Shows the job as it is after these events. */
    showJob: (...log: JobEvent[]) => {
      show(createJobSubscription(jobId, clientReducer.fromSnapshot(snapshotOf(log))));
    },
    listen: (listener: JobListener) =>
      listenToJob(
        jobId,
        listener,
        store,
        {
          retain: () => {
            retained += 1;
            return () => {
              retained -= 1;
            };
          },
        },
        (cause) => thrown.push(cause),
      ),
  };
}

/** Writes down what a listener is told. */
function recorder(): { calls: string[]; listener: JobListener } {
  const calls: string[] = [];
  return {
    calls,
    listener: {
      onProgress: (job) => calls.push(`progress ${job.status}`),
      onComplete: () => calls.push('complete'),
      onError: (error, job) => calls.push(`error ${error.code} ${job?.status ?? 'unknown'}`),
    },
  };
}

test('what is known already is told after the subscribe has returned, so that it can be ended in the first call', async () => {
  const bed = createBed();
  bed.showJob(...logOf(3), completed(4));
  const calls: string[] = [];
  const stop = bed.listen({
    onProgress: (job) => {
      calls.push(job.status);
      stop();
    },
    onComplete: () => calls.push('complete'),
  });
  expect(calls).toEqual([]);
  await settled();
  expect(calls).toEqual(['completed']);
  expect(bed.retained()).toBe(0);
});

test('a listener that is released before its first call is not called', async () => {
  const bed = createBed();
  bed.showJob(...logOf(3));
  const { calls, listener } = recorder();
  bed.listen(listener)();
  await settled();
  expect(calls).toEqual([]);
});

test('a listener that throws is reported, and its others are called', async () => {
  const bed = createBed();
  const { calls, listener } = recorder();
  const mistake = new Error('A mistake of the application.');
  bed.listen({
    ...listener,
    onProgress: () => {
      throw mistake;
    },
  });
  bed.listen(listener);
  bed.showJob(...logOf(3), completed(4));
  await settled();
  expect(bed.thrown).toEqual([mistake]);
  expect(calls).toEqual(['complete', 'progress completed', 'complete']);
});

test('each end is told once: after a retry again, also of the same moment, and of another run', () => {
  const bed = createBed();
  const { calls, listener } = recorder();
  bed.listen({ onComplete: listener.onComplete, onError: listener.onError });
  const moment = { timestamp: START + 9 };
  const once = [...logOf(3), failed(4, true, moment)];
  bed.showJob(...once);
  bed.showJob(...once);
  const twice = [...once, resumed(5), failed(6, true, moment)];
  bed.showJob(...twice);
  bed.showJob(...twice, resumed(7), completed(8));
  const again = { timestamp: START + 60_000 };
  bed.showJob(...logOf(7, again), completed(8, { timestamp: START + 8 }));
  bed.showJob(...logOf(7, again));
  bed.showJob(...logOf(7, again), completed(8, { timestamp: START + 8 }));
  expect(calls).toEqual(['error job_failed failed', 'error job_failed failed', 'complete', 'complete', 'complete']);
});

test('that the server has no such job is told once', () => {
  const bed = createBed();
  const { calls, listener } = recorder();
  bed.listen(listener);
  const refused = { kind: 'refused', code: 'not_found', retryAt: START } as const;
  const gone: JobSubscription = { ...createJobSubscription(JOB, null), gone: true, phase: refused };
  bed.show(gone);
  bed.show({ ...gone, lastEventAt: 1 });
  expect(calls).toEqual(['error not_found unknown']);
});

test.each([
  ['a b', createJobSubscription('a b', null), 'invalid_payload'],
  [
    JOB,
    {
      ...createJobSubscription(JOB, null),
      phase: { kind: 'refused', code: 'unauthorized', retryAt: null } as const,
    },
    'unauthorized',
  ],
])('a refusal for good is told once (%j)', (jobId, subscription, code) => {
  const bed = createBed(jobId);
  const { calls, listener } = recorder();
  bed.listen(listener);
  bed.show(subscription);
  bed.show({ ...subscription, lastEventAt: 1 });
  expect(calls).toEqual([`error ${code} unknown`]);
});

test('what changes about a job without changing the job is no progress', () => {
  const bed = createBed();
  const { calls, listener } = recorder();
  bed.listen(listener);
  const subscription = createJobSubscription(JOB, clientReducer.fromSnapshot(snapshotOf(logOf(3))));
  bed.show(subscription);
  bed.show({ ...subscription, gaps: [5] });
  expect(calls).toEqual(['progress running']);
});

test('a refusal that may pass is not told', () => {
  const bed = createBed();
  const { calls, listener } = recorder();
  bed.listen(listener);
  const refused = { kind: 'refused', code: 'unavailable', retryAt: START } as const;
  bed.show({ ...createJobSubscription(JOB, null), phase: refused });
  expect(calls).toEqual([]);
});
