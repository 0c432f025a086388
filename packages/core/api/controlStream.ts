import type { ControlKind, ControlMessage } from '@regen/realtime-shared';
import { JobLogUnavailableError, type JobLog, type LogControlMessage } from '../log/jobLog.ts';

/**
 * Requests for workers: what is pending first, then what comes, each that came meanwhile once. After a loss in the
 * store what is pending is sent again: a worker takes a request for a job twice as once.
 */
export async function openControlStream(options: {
  log: JobLog;
  kind: string | undefined;
  send: (message: { event: ControlKind; data: ControlMessage }) => void;
  onError: (error: unknown) => void;
}): Promise<() => void> {
  const { log, kind, onError } = options;
  let early: LogControlMessage[] | null = [];
  let closed = false;

  function send(message: LogControlMessage): void {
    if (closed || (kind !== undefined && message.jobKind !== kind)) return;
    const { jobId, reason } = message;
    options.send({ event: message.kind, data: { jobId, ...(reason === undefined ? {} : { reason }) } });
  }

  async function sendPending(): Promise<void> {
    for (const message of await log.pendingControl()) send(message);
  }

  const source = log.subscribeControl((message) => {
    if (message.kind === 'check') {
      sendPending().catch((error: unknown) => {
        // Out of reach once more: the next `check` comes when it heals.
        if (!(error instanceof JobLogUnavailableError)) onError(error);
      });
    } else if (early === null) send(message);
    else early.push(message);
  });

  function close(): void {
    closed = true;
    source.close();
  }

  try {
    await source.ready;
    const pending = await log.pendingControl();
    const sent = new Set(pending.map(({ jobId, kind: request }) => `${request} ${jobId}`));
    for (const message of pending) send(message);
    const meanwhile = early;
    early = null;
    for (const message of meanwhile) if (!sent.has(`${message.kind} ${message.jobId}`)) send(message);
    return close;
  } catch (error) {
    close();
    throw error;
  }
}
