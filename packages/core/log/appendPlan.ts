import {
  EVENTS,
  isFinal,
  isFinished,
  type JobEvent,
  type JobReducer,
  type JobState,
  type Position,
} from '@regen/realtime-shared';
import { acceptEvents, type AcceptedEvents, type Measured } from './acceptEvents.ts';
import type { AppendResult, LogAppendRequest, Missing } from './jobLog.ts';
import type { JobRecord } from './jobRecord.ts';
import { isSameEvent } from './sameEvent.ts';

/** What an append would do, decided before anything is changed. */
export type AppendPlan<Text = string> = AcceptedEvents<Text> | Exclude<AppendResult, { kind: 'appended' } | Missing>;

/** How many of the events of an append, the first ones, have a sequence that the log has reached. */
export function repeatedCount({ sequence }: Position, request: LogAppendRequest): number {
  if (request.from === undefined) return 0;
  return Math.min(request.events.length, Math.max(0, sequence + 1 - request.from));
}

/**
 * The rules of an append, in their order: fenced, conflict, duplicate, finished, gap, and then whether its events fit.
 * `held`: of the events that are repeated those that the log still holds.
 */
export function planAppend<Text extends Measured>(
  job: JobRecord<JobState<Text>>,
  request: LogAppendRequest,
  held: readonly JobEvent[],
  reducer: JobReducer<Text>,
  now: number,
): AppendPlan<Text> {
  const { state } = job;
  const { epoch, sequence, cancelRequested } = state;
  if (request.writer !== undefined && request.writer !== job.writer) return { kind: 'fenced' };
  let known = 0;
  if (request.from !== undefined) {
    const { from, events } = request;
    known = repeatedCount(state, request);
    const other = held.find((event) => {
      const repeat = events[event.sequence - from];
      return repeat !== undefined && !isSameEvent(repeat, event);
    });
    if (other !== undefined) return { kind: 'conflict', at: other.sequence, sequence };
    if (known === events.length) return { kind: 'duplicate', epoch, sequence, cancelRequested };
  }
  const fresh = request.events.slice(known);
  if (isFinal(state) || (isFinished(state) && fresh[0]?.type !== EVENTS.JOB_RESUMED)) return { kind: 'finished' };
  const from = request.from ?? expectedFrom(state, request);
  if (from > sequence + 1) return { kind: 'gap', sequence };
  return acceptEvents(state, fresh, known, reducer, now);
}

/** Without `from`, an append follows at least what its caller was last answered in this epoch. */
function expectedFrom({ epoch, sequence }: Position, { notBefore }: LogAppendRequest): number {
  return notBefore?.epoch === epoch ? notBefore.sequence + 1 : sequence + 1;
}
