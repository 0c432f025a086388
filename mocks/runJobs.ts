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

interface Written {
  writer: string;
  /** The number of the last event. */
  sequence: number;
}

const CALLER = { kind: 'worker' } as const;
const ENDED: readonly JobStatus[] = ['completed', 'failed', 'cancelled'];
const ENDINGS: readonly string[] = ['job:completed', 'job:failed', 'job:cancelled'] satisfies IngestEvent['type'][];
const CANCELLED: IngestEvent = { type: 'job:cancelled', reason: 'The story was left.' };

export function createRunJobs(workers: WorkerApi): RunJobs {
  const running = new Map<string, Written>();
  const underWay = new Set<Promise<unknown>>();

  function track<Result>(call: Promise<Result>): Promise<Result> {
    const tracked = call.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  }

  function cancel(by: WorkerApi, jobId: string, { writer, sequence }: Written): Promise<unknown> {
    return by.append({ caller: CALLER, jobId, body: { events: [CANCELLED], from: sequence + 1, writer } });
  }

  async function cancelIfRunning(jobId: string, written: Written): Promise<void> {
    const answer = await workers.get({ caller: CALLER, jobId });
    if ('error' in answer || ENDED.includes(answer.body.job.status)) return;
    await cancel(workers, jobId, { ...written, sequence: answer.body.job.sequence });
  }

  return {
    workers: {
      ...workers,
      createJob: async (request) => {
        const answer = await track(workers.createJob(request));
        if (!('error' in answer) && answer.body.writer !== undefined) {
          const { jobId, writer, sequence } = answer.body;
          running.set(jobId, { writer, sequence });
        }
        return answer;
      },
      append: async (request) => {
        const answer = await track(workers.append(request));
        const { jobId } = request;
        const written = running.get(jobId);
        if ('error' in answer || written === undefined) return answer;
        const { events } = request.body as { events: readonly IngestEvent[] };
        if (ENDINGS.includes(events.at(-1)?.type ?? '')) running.delete(jobId);
        else running.set(jobId, { ...written, sequence: answer.body.sequence });
        return answer;
      },
      takeover: async (request) => {
        const answer = await track(workers.takeover(request));
        if (!('error' in answer)) {
          const { writer, sequence } = answer.body;
          running.set(request.jobId, { writer, sequence });
        }
        return answer;
      },
    },
    cancelLeft: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
      await Promise.all([...running].map(([jobId, written]) => cancelIfRunning(jobId, written)));
      running.clear();
    },
    cancelNow: (lastCalls) => {
      for (const [jobId, written] of running) void cancel(lastCalls, jobId, written);
      running.clear();
    },
  };
}
