/** Listens to one job for an application that does not use the hooks. */
import { isFinished } from '@regen/realtime-shared';
import { RealtimeError } from './errors.ts';
import type { JobSubscriptions } from './jobSubscriptions.ts';
import type { ClientJobState, JobEntry, ReadableStore, RealtimeState } from './realtimeStore.ts';

export interface JobListener {
  onProgress?: ((job: ClientJobState) => void) | undefined;
  onComplete?: ((job: ClientJobState) => void) | undefined;
  onError?: ((error: RealtimeError, job: ClientJobState | null) => void) | undefined;
}

/** Keeps the job subscribed and tells `listener` what becomes of it, until the returned function is called. */
export function listenToJob(
  jobId: string,
  { onProgress, onComplete, onError }: JobListener,
  store: ReadableStore<RealtimeState>,
  subscriptions: Pick<JobSubscriptions, 'retain'>,
  onListenerError: (cause: unknown) => void,
): () => void {
  const release = subscriptions.retain(jobId);
  let last: JobEntry | undefined;
  let endedAt: number | undefined;
  let released = false;
  const tell = (call: () => void) => {
    if (released) return;
    try {
      call();
    } catch (cause) {
      onListenerError(cause);
    }
  };
  const listen = () => {
    const entry = store.getState().jobs.get(jobId);
    if (entry === undefined || entry === last) return;
    const before = last;
    last = entry;
    const { job } = entry;
    if (entry.sync.kind === 'gone' && before?.sync.kind !== 'gone') {
      tell(() => onError?.(new RealtimeError('not_found', `The server has no job "${jobId}" for this user.`), job));
    }
    if (job === null || job === before?.job) return;
    tell(() => onProgress?.(job));
    if (!isFinished(job)) {
      endedAt = undefined;
    } else if (job.finishedAt !== endedAt) {
      endedAt = job.finishedAt;
      tell(() => {
        if (job.status === 'completed') onComplete?.(job);
        else onError?.(endError(job), job);
      });
    }
  };
  const unsubscribe = store.subscribe(listen);
  listen();
  return () => {
    released = true;
    unsubscribe();
    release();
  };
}

function endError(job: ClientJobState): RealtimeError {
  if (job.status === 'cancelled') {
    return new RealtimeError('job_cancelled', `"${job.title}" was cancelled${job.reason ? `: ${job.reason}` : '.'}`);
  }
  return new RealtimeError('job_failed', job.error?.message ?? `"${job.title}" failed.`, {
    cause: job.error,
    retryable: job.resumable,
  });
}
