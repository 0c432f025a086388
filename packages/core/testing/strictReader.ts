import {
  EVENTS,
  JOB_EVENT_NAMES,
  createJobReducer,
  stringText,
  type JobEvent,
  type JobSnapshot,
  type Position,
} from '@regen/realtime-shared';
import type { Received } from './testNode.ts';

export interface Reading {
  position: Position;
  /** How often the history was replaced, each time told. */
  resets: number;
  text: string;
  job: JobSnapshot;
}

const reducer = createJobReducer(stringText);

/**
 * Reads one subscription's events as the strictest client would: the next sequence and nothing else, or a reset.
 * Throws at a hole, a repeat, and a text that does not continue.
 */
export function readStrictly(start: JobSnapshot, received: readonly Received[]): Reading {
  let job = start;
  let resets = 0;
  for (const { event, payload } of received) {
    if (event === EVENTS.JOB_RESET) {
      job = payload.job;
      resets += 1;
      continue;
    }
    if (!isJobEvent(event)) continue;
    // The name and the payload were recorded together.
    const told = { type: event, ...payload } as JobEvent;
    const fit = reducer.fit(job, told);
    if (fit !== 'next') {
      throw new Error(`${fit}: ${event} ${String(told.sequence)} after ${String(job.sequence)}`);
    }
    const next = reducer.reduce(job, told);
    if (next !== null) job = next;
  }
  const { epoch, sequence } = job;
  return { position: { epoch, sequence }, resets, text: job.channels['output']?.text ?? '', job };
}

function isJobEvent(event: string): boolean {
  return (JOB_EVENT_NAMES as readonly string[]).includes(event);
}
