/** The jobs that a run makes on a server which goes on after it: none of them is left there running. */
import type { WorkerApi } from '@regen/realtime-core';
import type { IngestEvent, JobStatus } from '@regen/realtime-shared';

export interface RunJobs {
  /** The API that the run's workers use. */
  readonly workers: WorkerApi;
  /** Cancels what still runs, once the calls that are on their way have been answered. */
  cancelLeft(): Promise<void>;
  /** Cancels at once and waits for no answer, by `lastCalls`: the page that the run is in ends. */
  cancelNow(lastCalls: WorkerApi): void;
}

const CALLER = { kind: 'worker' } as const;
const ENDED: readonly JobStatus[] = ['completed', 'failed', 'cancelled'];
const ENDINGS: readonly string[] = ['job:completed', 'job:failed', 'job:cancelled'] satisfies IngestEvent['type'][];
const CANCELLED: IngestEvent = { type: 'job:cancelled', reason: 'The story was left.' };

export function createRunJobs(workers: WorkerApi): RunJobs {
  /** By their ids, the token of the writer. */
  const running = new Map<string, string>();
  const underWay = new Set<Promise<unknown>>();

  function track<Result>(call: Promise<Result>): Promise<Result> {
    const tracked = call.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  }

  /** Without a number of its own: what is on its way as the page ends may still arrive, and would have that number. */
  function cancel(by: WorkerApi, jobId: string, writer: string): Promise<unknown> {
    return by.append({ caller: CALLER, jobId, body: { events: [CANCELLED], writer } });
  }

  async function cancelIfRunning(jobId: string, writer: string): Promise<void> {
    const answer = await workers.get({ caller: CALLER, jobId });
    if ('error' in answer || ENDED.includes(answer.body.job.status)) return;
    await cancel(workers, jobId, writer);
  }

  return {
    workers: {
      ...workers,
      createJob: async (request) => {
        const answer = await track(workers.createJob(request));
        if (!('error' in answer) && answer.body.writer !== undefined) {
          running.set(answer.body.jobId, answer.body.writer);
        }
        return answer;
      },
      append: async (request) => {
        const answer = await track(workers.append(request));
        if ('error' in answer) return answer;
        const { events } = request.body as { events: readonly IngestEvent[] };
        if (ENDINGS.includes(events.at(-1)?.type ?? '')) running.delete(request.jobId);
        return answer;
      },
      takeover: async (request) => {
        const answer = await track(workers.takeover(request));
        if (!('error' in answer)) running.set(request.jobId, answer.body.writer);
        return answer;
      },
    },
    cancelLeft: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
      await Promise.all([...running].map(([jobId, writer]) => cancelIfRunning(jobId, writer)));
      running.clear();
    },
    cancelNow: (lastCalls) => {
      for (const [jobId, writer] of running) void cancel(lastCalls, jobId, writer);
      running.clear();
    },
  };
}
