import { EVENTS, isFinal, isFinished, type JobReducer, type JobState, type Position } from '@regen/realtime-shared';
import { acceptEvents, type AcceptedEvents, type Measured } from './acceptEvents.ts';
import type { AppendResult, LogAppendRequest, Missing } from './jobLog.ts';
import type { JobRecord } from './jobRecord.ts';

/** What an append would do, decided before anything is changed. */
export type AppendPlan<Text = string> = AcceptedEvents<Text> | Exclude<AppendResult, { kind: 'appended' } | Missing>;

/** The rules of an append, in their order: fenced, duplicate, finished, gap, and then whether its events fit. */
export function planAppend<Text extends Measured>(
  job: JobRecord<JobState<Text>>,
  request: LogAppendRequest,
  reducer: JobReducer<Text>,
  now: number,
): AppendPlan<Text> {
  const { state } = job;
  const { epoch, sequence, cancelRequested } = state;
  if (request.writer !== undefined && request.writer !== job.writer) return { kind: 'fenced' };
  let known = 0;
  if (request.from !== undefined) {
    if (request.from + request.events.length - 1 <= sequence) {
      return { kind: 'duplicate', epoch, sequence, cancelRequested };
    }
    known = Math.max(0, sequence + 1 - request.from);
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
