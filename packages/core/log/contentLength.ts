import { EVENTS, type JobEvent, type JobState } from '@regen/realtime-shared';
import type { Measured } from './acceptEvents.ts';

/**
 * UTF-16 code units of what an event says, without its envelope: consecutive chunks are merged on their way, so
 * their envelopes are not what a replay costs.
 */
export function contentLength(event: JobEvent): number {
  switch (event.type) {
    case EVENTS.MODEL_CHUNK:
      return event.text.length;
    case EVENTS.JOB_PROGRESS:
      return 16 + (event.message?.length ?? 0);
    case EVENTS.JOB_STEP:
      return 16 + event.step.id.length + (event.step.label?.length ?? 0);
    case EVENTS.JOB_FAILED:
      return 16 + event.error.message.length;
    case EVENTS.JOB_COMPLETED:
      return jsonLength(event.result);
    default:
      return 16;
  }
}

/** About what a snapshot of a state costs, in the same measure. */
export function snapshotLength(state: JobState<Measured>): number {
  let length = 512 + state.steps.length * 96;
  for (const channel of Object.values(state.channels)) length += channel.text.length;
  return state.result === undefined ? length : length + jsonLength(state.result);
}

function jsonLength(value: unknown): number {
  return value === undefined ? 0 : JSON.stringify(value).length;
}
