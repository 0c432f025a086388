import {
  EVENTS,
  LIMITS,
  channelOf,
  type IngestEvent,
  type JobEvent,
  type JobReducer,
  type JobState,
} from '@regen/realtime-shared';

/** All that the rules need to know of a text: a store may leave it where it is and keep its length. */
export interface Measured {
  /** UTF-16 code units. */
  readonly length: number;
}

/** Events that a log takes in, numbered and completed, and the state after each. */
export interface AcceptedEvents<Text = string> {
  kind: 'accepted';
  events: readonly JobEvent[];
  states: readonly JobState<Text>[];
}

/**
 * Numbers, completes and folds the events of a worker behind a state: all of them, or none where one does not fit.
 * `firstIndex`: the place of the first one in the worker's call, for the message.
 */
export function acceptEvents<Text extends Measured>(
  state: JobState<Text>,
  events: readonly IngestEvent[],
  firstIndex: number,
  reducer: JobReducer<Text>,
  now: number,
): AcceptedEvents<Text> | { kind: 'invalid'; message: string } {
  const completed: JobEvent[] = [];
  const states: JobState<Text>[] = [];
  let folded = state;
  for (const [index, ingested] of events.entries()) {
    const event = completeEvent(ingested, folded, now);
    if (isOneStepTooMany(folded, event)) {
      return {
        kind: 'invalid',
        message: `events.${String(firstIndex + index)}.step.id: a job may have ${String(LIMITS.stepsPerJob)} steps (limit stepsPerJob); go on with one that it has.`,
      };
    }
    const fit = reducer.fit(folded, event);
    const next = fit === 'next' ? reducer.reduce(folded, event) : null;
    if (next === null) return { kind: 'invalid', message: refusal(firstIndex + index, event, fit) };
    completed.push(event);
    states.push(next);
    folded = next;
  }
  return { kind: 'accepted', events: completed, states };
}

/** Numbers one event of a worker, in the state's epoch, and fills what it left out. */
function completeEvent(event: IngestEvent, state: JobState<Measured>, now: number): JobEvent {
  const placed = {
    ...event,
    jobId: state.jobId,
    epoch: state.epoch,
    sequence: state.sequence + 1,
    timestamp: event.timestamp ?? now,
  };
  if (placed.type !== EVENTS.MODEL_CHUNK) return placed;
  const channel = state.channels[channelOf(placed)];
  return { ...placed, offset: placed.offset ?? (channel === undefined ? 0 : channel.offset + channel.text.length) };
}

function isOneStepTooMany({ steps }: JobState<Measured>, event: JobEvent): boolean {
  if (event.type !== EVENTS.JOB_STEP || steps.length < LIMITS.stepsPerJob) return false;
  return !steps.some(({ id }) => id === event.step.id);
}

function refusal(index: number, event: JobEvent, fit: string): string {
  const where = `events.${String(index)}`;
  if (fit === 'ended') return `${where}: nothing can follow the end of the job; send ${event.type} before it or not.`;
  if (event.type === EVENTS.MODEL_CHUNK) {
    return `${where}.offset: ${String(event.offset)} is not where the channel's text ends; leave it out and the log fills it.`;
  }
  return `${where}: ${event.type} does not fit here.`;
}
