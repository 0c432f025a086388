import type { JobEvent } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { RealtimeError } from './errors.ts';
import { createJobCommands } from './jobCommands.ts';
import { clientReducer, createJobSubscription, type JobSubscription } from './jobSubscription.ts';
import { withJob } from './subscriptionStep.ts';
import { JOB, failed, logOf, paused, resumed, snapshotOf } from './testing/fixtures.ts';
import { settled } from './testing/scriptedServer.ts';

/** Commands of a job at `log`; null: its summary is all that is known. */
function createBed(log: readonly JobEvent[] | null = logOf(3)) {
  let subscription: JobSubscription | undefined =
    log === null ? undefined : createJobSubscription(JOB, clientReducer.fromSnapshot(snapshotOf(log)));
  const sent: { resolve(state: string): Promise<void>; reject(): Promise<void> }[] = [];
  const acknowledged: string[] = [];
  const commands = createJobCommands(
    {
      // The scripted answers fit the command that they answer; the compiler cannot know which that is.
      command: (() =>
        new Promise<unknown>((resolve, reject) => {
          sent.push({
            resolve: (state) => {
              resolve({ state });
              return settled();
            },
            reject: () => {
              reject(new RealtimeError('timeout', 'No answer.'));
              return settled();
            },
          });
        })) as Parameters<typeof createJobCommands>[0]['command'],
    },
    { get: () => subscription, acknowledged: ({ kind }) => acknowledged.push(kind) },
    () => undefined,
  );
  return {
    commands,
    acknowledged,
    answer: async (state: string) => sent.at(-1)?.resolve(state),
    lose: async () => sent.at(-1)?.reject(),
    receive: (...events: JobEvent[]) => {
      for (const event of events) {
        const next = subscription === undefined ? null : clientReducer.reduce(subscription.job, event);
        if (subscription !== undefined && next !== null) subscription = withJob(subscription, next);
      }
    },
    runAgain: () => {
      if (subscription !== undefined) subscription = { ...subscription, generation: subscription.generation + 1 };
    },
    cancel: () => commands.cancel(JOB).catch(() => 'lost'),
    resume: () => commands.resume(JOB).catch(() => 'lost'),
  };
}

test('a cancel that came too late for a failure means nothing once the job is tried again', async () => {
  const bed = createBed();
  void bed.cancel();
  bed.receive(failed(4, true));
  await bed.answer('already_finished');
  expect(bed.commands.get(JOB)?.cancel).toBe('tooLate');
  bed.receive(resumed(5));
  expect(bed.commands.get(JOB)?.cancel).toBe('none');
});

test('a cancel that was answered after the retry it came too late for means nothing either', async () => {
  const bed = createBed([...logOf(3), failed(4, true)]);
  void bed.cancel();
  bed.receive(resumed(5));
  await bed.answer('already_finished');
  expect(bed.commands.get(JOB)?.cancel).toBe('none');
});

test('a lost cancel is not lost any more once the job failed and is tried again, but a pause does not answer it', async () => {
  const bed = createBed();
  void bed.cancel();
  await bed.lose();
  bed.receive(paused(4), resumed(5));
  expect(bed.commands.get(JOB)?.cancel).toBe('lost');
  bed.receive(failed(6, true), resumed(7));
  expect(bed.commands.get(JOB)?.cancel).toBe('none');
});

test('a lost resume is not told of the next pause', async () => {
  const bed = createBed([...logOf(3), paused(4)]);
  void bed.resume();
  await bed.lose();
  expect(bed.commands.get(JOB)?.resume).toBe('lost');
  bed.receive(resumed(5), paused(6));
  expect(bed.commands.get(JOB)?.resume).toBe('none');
});

test('what was asked of one run is not told of the next one', async () => {
  const bed = createBed();
  void bed.cancel();
  await bed.lose();
  bed.runAgain();
  expect(bed.commands.get(JOB)?.cancel).toBe('none');
});

test('a command on its way is told whatever happens meanwhile', () => {
  const bed = createBed([...logOf(3), failed(4, true)]);
  void bed.resume();
  bed.receive(resumed(5));
  expect(bed.commands.get(JOB)?.resume).toBe('sending');
});

test('a command for a job of which only the summary is known is told as requested, until the job ends', async () => {
  const bed = createBed(null);
  void bed.cancel();
  await bed.answer('requested');
  expect(bed.commands.get(JOB)).toEqual({ cancel: 'requested', resume: 'none' });
  void bed.resume();
  await bed.answer('not_resumable');
  expect(bed.commands.get(JOB)).toEqual({ cancel: 'requested', resume: 'none' });
  bed.commands.ended(JOB);
  expect(bed.commands.get(JOB)).toEqual({ cancel: 'none', resume: 'none' });
  expect(bed.acknowledged).toEqual(['cancel_requested']);
});

test('that a cancel came too late is told after the end as well', async () => {
  const bed = createBed(null);
  void bed.cancel();
  await bed.answer('already_finished');
  bed.commands.ended(JOB);
  expect(bed.commands.get(JOB)?.cancel).toBe('tooLate');
});

test.each(['requested', 'already_finished'])(
  'an answer (%s) to an earlier user tells the next one nothing',
  async (state) => {
    const bed = createBed();
    void bed.cancel();
    bed.commands.clear();
    await bed.answer(state);
    expect(bed.commands.get(JOB)).toBeUndefined();
    expect(bed.acknowledged).toEqual([]);
  },
);
