/** Listens to one job for an application that does not use the hooks. */
import { isFinished } from '@regen/realtime-shared';
import { RealtimeError, invalidJobId } from './errors.ts';
import type { JobSubscriptions } from './jobSubscriptions.ts';
import type { ClientJobState, JobEntry, ReadableStore, RealtimeState } from './realtimeStore.ts';

export interface JobListener {
  onProgress?: ((job: ClientJobState) => void) | undefined;
  onComplete?: ((job: ClientJobState) => void) | undefined;
  onError?: ((error: RealtimeError, job: ClientJobState | null) => void) | undefined;
}

/**
 * Keeps the job subscribed and tells `listener` what becomes of it, until the returned function is called. Nothing is
 * told before this has returned, also where all is known already.
 */
export function listenToJob(
  jobId: string,
  { onProgress, onComplete, onError }: JobListener,
  store: ReadableStore<RealtimeState>,
  subscriptions: Pick<JobSubscriptions, 'retain'>,
  onListenerError: (cause: unknown) => void,
): () => void {
  const release = subscriptions.retain(jobId);
  let last: JobEntry | undefined;
  let toldEnd: string | null = null;
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
    const refusal = refusalOf(entry);
    if (refusal !== null && (before === undefined || refusalOf(before)?.code !== refusal.code)) {
      tell(() => onError?.(refusal, job));
    }
    if (job === null || job === before?.job) return;
    tell(() => onProgress?.(job));
    const end = isFinished(job) ? endOf(job) : null;
    if (end !== null && end !== toldEnd) {
      tell(() => {
        if (job.status === 'completed') onComplete?.(job);
        else onError?.(endError(job), job);
      });
    }
    toldEnd = end;
  };
  const unsubscribe = store.subscribe(listen);
  // Who unsubscribes in the first call needs what is returned here.
  queueMicrotask(listen);
  return () => {
    released = true;
    unsubscribe();
    release();
  };
}

/** Why nothing is to be heard of the job; null where that may still change by itself. */
function refusalOf({ jobId, sync }: JobEntry): RealtimeError | null {
  if (sync.kind === 'gone') return new RealtimeError('not_found', `The server has no job "${jobId}" for this user.`);
  if (sync.kind !== 'refused') return null;
  switch (sync.code) {
    case 'invalid_payload':
      return invalidJobId(jobId);
    case 'unauthorized':
      return new RealtimeError('unauthorized', `The server does not let this user follow job "${jobId}".`);
    default:
      return null;
  }
}

/** Names one end: a job that goes on behind it, or runs again, ends again. */
function endOf({ createdAt, sequence, finishedAt }: ClientJobState): string {
  return [createdAt, sequence, finishedAt].join(':');
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
