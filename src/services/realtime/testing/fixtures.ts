/** A job's log for tests: events as they come off the wire, and snapshots of them. */
import {
  EVENTS,
  createJobReducer,
  stringText,
  type JobEvent,
  type JobSnapshot,
  type ModelChunkPayload,
} from '@regen/realtime-shared';

export const JOB = 'job-1';
/** 1 January 2026, 00:00 UTC. */
export const START = 1_767_225_600_000;

const plain = createJobReducer(stringText);

interface Place {
  jobId: string;
  epoch: string;
  sequence: number;
  timestamp: number;
}

function place(sequence: number, change: Partial<Place> = {}): Place {
  return { jobId: JOB, epoch: 'e1', sequence, timestamp: START + sequence, ...change };
}

export function created(change: Partial<Place> = {}): JobEvent {
  return { type: EVENTS.JOB_CREATED, ...place(1, change), title: 'Market study' };
}

export function chunk(
  sequence: number,
  text: string,
  offset: number,
  change: Partial<Place> & Pick<ModelChunkPayload, 'firstSequence' | 'channel'> = {},
): JobEvent {
  return { type: EVENTS.MODEL_CHUNK, ...place(sequence), ...change, text, offset };
}

export function progress(sequence: number, value: number | null, change: Partial<Place> = {}): JobEvent {
  return { type: EVENTS.JOB_PROGRESS, ...place(sequence, change), progress: value };
}

export function completed(sequence: number, change: Partial<Place> = {}): JobEvent {
  return { type: EVENTS.JOB_COMPLETED, ...place(sequence, change) };
}

export function failed(sequence: number, retryable: boolean, change: Partial<Place> = {}): JobEvent {
  const error = { code: 'boom', message: 'It broke.', retryable };
  return { type: EVENTS.JOB_FAILED, ...place(sequence, change), error };
}

export function paused(sequence: number, change: Partial<Place> = {}): JobEvent {
  return { type: EVENTS.JOB_PAUSED, ...place(sequence, change) };
}

export function resumed(sequence: number, change: Partial<Place> = {}): JobEvent {
  return { type: EVENTS.JOB_RESUMED, ...place(sequence, change) };
}

export function cancelled(sequence: number, change: Partial<Place> = {}): JobEvent {
  return { type: EVENTS.JOB_CANCELLED, ...place(sequence, change) };
}

/** `created`, then one token of three code units an event: a log of `length` events. */
export function logOf(length: number, change: Partial<Place> = {}): JobEvent[] {
  const log: JobEvent[] = [created(change)];
  for (let sequence = 2; sequence <= length; sequence += 1) {
    log.push(chunk(sequence, tokenOf(sequence), (sequence - 2) * 3, { ...change }));
  }
  return log;
}

function tokenOf(sequence: number): string {
  return String(sequence % 1_000).padStart(3, '0');
}

export function textOf(length: number): string {
  return logOf(length).reduce((text, event) => text + (event.type === EVENTS.MODEL_CHUNK ? event.text : ''), '');
}

export function snapshotOf(events: readonly JobEvent[], change: Partial<JobSnapshot> = {}): JobSnapshot {
  const state = events.reduce<JobSnapshot | null>((before, event) => plain.reduce(before, event), null);
  if (state === null) throw new Error('A snapshot needs the event that created the job.');
  return { ...state, ...change };
}
