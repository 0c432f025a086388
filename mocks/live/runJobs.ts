/** The jobs that a run makes on a server which goes on after it: what has not ended is cancelled when the run is left. */
import type { WorkerApi } from '@regen/realtime-core';
import type { IngestEvent, JobStatus } from '@regen/realtime-shared';

export interface RunJobs {
  /** The API that the run's workers use; each job that they make has an id of theirs. */
  readonly workers: WorkerApi;
  /** Cancels what still runs; of each job, once the call that is on its way has been answered. */
  cancelLeft(): Promise<void>;
  /**
   * Cancels at once and waits for no answer, by `lastCalls`: the page that the run is in ends. Of a job that is being
   * made too, which is refused where it arrives before the job.
   */
  cancelNow(lastCalls: WorkerApi): void;
}

const CALLER = { kind: 'worker' } as const;
const ENDED: readonly JobStatus[] = ['completed', 'failed', 'cancelled'];
const ENDINGS: readonly string[] = ['job:completed', 'job:failed', 'job:cancelled'] satisfies IngestEvent['type'][];
const CANCELLED: IngestEvent = { type: 'job:cancelled', reason: 'The story was left.' };

export function createRunJobs(workers: WorkerApi): RunJobs {
  /** Ids of jobs that exist and have not ended, or may by a call that has not been answered. */
  const unfinished = new Set<string>();
  /** By the ids of jobs, the call that is on its way: a worker makes them one after the other. */
  const underWay = new Map<string, Promise<unknown>>();
  let wasLeftAtOnce = false;

  function track<Result>(jobId: string, call: Promise<Result>): Promise<Result> {
    const tracked = call.finally(() => underWay.delete(jobId));
    underWay.set(jobId, tracked);
    return tracked;
  }

  /**
   * As a tool does, without a writer: nobody knows it of a job that is being made. And without a number: what is on its
   * way as the page ends may still arrive, and would have that number.
   */
  function cancel(by: WorkerApi, jobId: string): Promise<unknown> {
    return by.append({ caller: CALLER, jobId, body: { events: [CANCELLED] } });
  }

  async function cancelIfRunning(jobId: string): Promise<void> {
    while (underWay.has(jobId)) await Promise.allSettled([underWay.get(jobId)]);
    const answer = await workers.get({ caller: CALLER, jobId });
    if ('error' in answer || ENDED.includes(answer.body.job.status)) return;
    await cancel(workers, jobId);
  }

  return {
    workers: {
      ...workers,
      createJob: async (request) => {
        const { jobId } = request.body as { jobId: string };
        unfinished.add(jobId);
        const answer = await track(jobId, workers.createJob(request));
        // After a 5xx it may have been made all the same.
        if ('error' in answer && answer.status < 500) unfinished.delete(jobId);
        // The page came back out of the browser's cache, and the last call may have been too early.
        else if (wasLeftAtOnce) void cancelIfRunning(jobId);
        return answer;
      },
      append: async (request) => {
        const { jobId } = request;
        const { events } = request.body as { events: readonly IngestEvent[] };
        const isEnding = ENDINGS.includes(events.at(-1)?.type ?? '');
        if (!isEnding) unfinished.add(jobId);
        const answer = await track(jobId, workers.append(request));
        if (isEnding && !('error' in answer)) unfinished.delete(jobId);
        return answer;
      },
      takeover: (request) => track(request.jobId, workers.takeover(request)),
    },
    cancelLeft: async () => {
      await Promise.all([...unfinished].map(cancelIfRunning));
    },
    cancelNow: (lastCalls) => {
      wasLeftAtOnce = true;
      for (const jobId of unfinished) void cancel(lastCalls, jobId);
    },
  };
}
