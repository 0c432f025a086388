import type { JobLog, JobLogMessage, LogControlMessage, OwnerMessage, ReadResult } from '@regen/realtime-core';
import type {
  CreateJobRequest,
  IngestEvent,
  JobEvent,
  JobNoticePayload,
  JobSnapshot,
  Position,
} from '@regen/realtime-shared';
import { expect } from 'vitest';
import type { JobLogHarness } from './jobLogHarness.ts';

/** One rule of the `JobLog` port, or a part of one. */
export interface LogCase {
  id: string;
  fact: string;
  prove(harness: JobLogHarness): Promise<void>;
}

export function logCase(id: string, fact: string, prove: LogCase['prove']): LogCase {
  return { id, fact, prove };
}

export const chunk = (text: string): IngestEvent => ({ type: 'model:chunk:v1', text });
export const chunks = (count: number): IngestEvent[] =>
  Array.from({ length: count }, (_, index) => chunk(`${String(index)} `));
export const retryable: IngestEvent = {
  type: 'job:failed',
  error: { code: 'busy', message: 'later', retryable: true },
};
export const fatal: IngestEvent = { type: 'job:failed', error: { code: 'broken', message: 'never', retryable: false } };

/** Creates `job-1` of `ann`, or what the request says, and expects that there was none. */
export async function create(log: JobLog, request: Partial<CreateJobRequest> & { idempotencyKey?: string } = {}) {
  const result = await log.create({ jobId: 'job-1', ownerId: 'ann', title: 'A job', ...request });
  if (result.kind !== 'created') throw new Error(`created expected, not ${JSON.stringify(result)}`);
  return result;
}

/** Appends to `job-1` as a tool does. */
export async function append(log: JobLog, ...events: IngestEvent[]) {
  const result = await log.append({ jobId: 'job-1', events });
  if (result.kind !== 'appended') throw new Error(`appended expected, not ${JSON.stringify(result)}`);
  return result;
}

export async function readAll(log: JobLog, after: Position | 'beginning' = 'beginning'): Promise<readonly JobEvent[]> {
  const result = await log.read({ jobId: 'job-1', after });
  if (result.kind !== 'events') throw new Error(`events expected, not ${result.kind}`);
  return result.events;
}

export async function snapshot(log: JobLog): Promise<JobSnapshot> {
  return (await snapshotRead(log)).snapshot;
}

export async function snapshotRead(log: JobLog, jobId = 'job-1'): Promise<Extract<ReadResult, { kind: 'snapshot' }>> {
  const result = await log.read({ jobId });
  if (result.kind !== 'snapshot') throw new Error(`a snapshot expected, not ${result.kind}`);
  return result;
}

export async function takeOver(log: JobLog, writer?: string, jobId = 'job-1') {
  const result = await log.takeover({ jobId, ...(writer === undefined ? {} : { writer }) });
  if (result.kind !== 'taken') throw new Error(`taken expected, not ${JSON.stringify(result)}`);
  return result;
}

/** What is pushed to a job's readers from here on. */
export async function listen({ log }: JobLogHarness, jobId = 'job-1'): Promise<JobLogMessage[]> {
  const messages: JobLogMessage[] = [];
  await log.subscribe(jobId, (message) => messages.push(message)).ready;
  return messages;
}

/** What is pushed to an owner from here on. */
export async function listenAsOwner({ log }: JobLogHarness, ownerId = 'ann'): Promise<OwnerMessage[]> {
  const messages: OwnerMessage[] = [];
  await log.subscribeOwner(ownerId, (message) => messages.push(message)).ready;
  return messages;
}

/** What is pushed to workers from here on. */
export async function listenAsWorker({ log }: JobLogHarness): Promise<(LogControlMessage | { kind: 'check' })[]> {
  const messages: (LogControlMessage | { kind: 'check' })[] = [];
  await log.subscribeControl((message) => messages.push(message)).ready;
  return messages;
}

/** Waits for pushes. What takes longer than settling gets a little time; throws where it does not become so. */
export async function arrived(harness: JobLogHarness, isSo: () => boolean, what: string): Promise<void> {
  await harness.settle();
  for (let tries = 0; !isSo(); tries += 1) {
    if (tries >= 100) throw new Error(`Waited in vain for ${what}.`);
    await harness.advance(1);
    await harness.settle();
  }
}

/** A log may say `check` whenever it likes. */
export function besidesChecks<Message extends { kind: string }>(
  messages: readonly Message[],
): Exclude<Message, { kind: 'check' }>[] {
  return messages.filter((message): message is Exclude<Message, { kind: 'check' }> => message.kind !== 'check');
}

export const notices = (messages: readonly JobLogMessage[]): JobNoticePayload[] =>
  messages.flatMap((message) => (message.kind === 'notice' ? [message.notice] : []));
export const pushedEvents = (messages: readonly JobLogMessage[]): JobEvent[] =>
  messages.flatMap((message) => (message.kind === 'events' ? message.events : []));
export const sequences = (events: readonly JobEvent[]): number[] => events.map(({ sequence }) => sequence);

/** Within what a store behind a network may be late; ms. */
export function expectNear(actual: number | undefined, expected: number): void {
  expect(Math.abs((actual ?? Number.NaN) - expected), `${String(actual)} ms, not ${String(expected)}`).toBeLessThan(
    100,
  );
}
