import { assertNever } from '@regen/realtime-shared';
import type { CheckMessage, JobLogMessage, LogControlMessage, OwnerMessage } from '../log/jobLog.ts';
import type { Telling } from '../log/jobRules.ts';
import { createListeners } from './listeners.ts';

/** Takes a job's live messages out of the way: `deliver` may be called late, twice, or never. */
export type InterceptPush = (jobId: string, message: JobLogMessage, deliver: () => void) => void;

/** What a log in memory tells its subscribers, before the call that caused it returns. */
export interface MemoryPushes {
  tellJob(jobId: string, message: JobLogMessage): void;
  /** Tells what a change says, in its order. */
  tellChange(job: { jobId: string; ownerId: string }, tell: readonly Telling[]): void;
  /** Tells everybody to read again. */
  checkAll(): void;
  /** These return their unsubscribe. */
  onJob(jobId: string, listener: (message: JobLogMessage) => void): () => void;
  onOwner(ownerId: string, listener: (message: OwnerMessage) => void): () => void;
  onControl(listener: (message: LogControlMessage | CheckMessage) => void): () => void;
  intercept(next: InterceptPush | undefined): void;
}

export function createMemoryPushes(onError: (error: unknown) => void): MemoryPushes {
  const jobs = createListeners<JobLogMessage>(onError);
  const owners = createListeners<OwnerMessage>(onError);
  const workers = createListeners<LogControlMessage | CheckMessage>(onError);
  let intercept: InterceptPush | undefined;

  function tellJob(jobId: string, message: JobLogMessage): void {
    const deliver = (): void => {
      jobs.notify(jobId, message);
    };
    if (intercept === undefined) deliver();
    else intercept(jobId, message, deliver);
  }

  return {
    tellJob,
    tellChange({ jobId, ownerId }, tell) {
      for (const telling of tell) {
        switch (telling.to) {
          case 'job':
            tellJob(jobId, telling.message);
            break;
          case 'owner':
            owners.notify(ownerId, { kind: 'job', ...telling.message });
            break;
          case 'workers':
            workers.notify('', telling.message);
            break;
          default:
            assertNever(telling);
        }
      }
    },
    checkAll() {
      for (const listeners of [jobs, owners, workers]) listeners.notifyAll({ kind: 'check' });
    },
    onJob: (jobId, listener) => jobs.add(jobId, listener),
    onOwner: (ownerId, listener) => owners.add(ownerId, listener),
    onControl: (listener) => workers.add('', listener),
    intercept(next) {
      intercept = next;
    },
  };
}
