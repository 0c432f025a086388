import { EVENTS, type IngestEvent, type JobEvent } from '@regen/realtime-shared';

/**
 * Whether a worker's event says what an event of the log does. When it was said does not matter, nor what the log filled
 * in where the worker left it out.
 */
export function isSameEvent(ingested: IngestEvent, held: JobEvent): boolean {
  const { jobId, epoch, sequence } = held;
  const offset =
    ingested.type === EVENTS.MODEL_CHUNK && held.type === EVENTS.MODEL_CHUNK ? { offset: held.offset } : {};
  return isSame({ ...offset, ...defined(ingested), jobId, epoch, sequence, timestamp: 0 }, { ...held, timestamp: 0 });
}

/** Of two values as JSON has them, where undefined is as absent. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [ones, others] = [defined(one), defined(other)];
  const keys = Object.keys(ones);
  return (
    keys.length === Object.keys(others).length &&
    keys.every((key) => Object.hasOwn(others, key) && isSame(ones[key], others[key]))
  );
}

function defined(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}
