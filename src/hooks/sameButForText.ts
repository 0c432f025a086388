/**
 * Equality for parts that show everything but the text: a token changes a job's text and its position and nothing
 * else, and must not render a card. Text is `StreamText`'s.
 */
import type { ClientJobState, ConnectionState, JobEntry, RealtimeState } from '../services/realtime/realtimeStore.ts';
import { shallowEqual } from './shallowEqual.ts';

/** Arrivals within this count as one; the live pulse beats no more often; ms. */
const BEAT_MS = 2_000;

export function sameButForText(before: RealtimeState, after: RealtimeState): boolean {
  return (
    before.restored === after.restored &&
    before.user === after.user &&
    before.userGeneration === after.userGeneration &&
    sameConnectionButForContact(before.connection, after.connection) &&
    sameJobs(before.jobs, after.jobs)
  );
}

/** Every message of the server is a contact, so that each token would change it. */
export function sameConnectionButForContact(before: ConnectionState, after: ConnectionState): boolean {
  return shallowEqual(
    { ...before, lastContactAt: null, roundTripMs: null },
    { ...after, lastContactAt: null, roundTripMs: null },
  );
}

function sameJobs(before: RealtimeState['jobs'], after: RealtimeState['jobs']): boolean {
  if (before === after) return true;
  if (before.size !== after.size) return false;
  for (const [jobId, entry] of after) {
    const other = before.get(jobId);
    if (other === undefined || !sameEntryButForText(other, entry)) return false;
  }
  return true;
}

export function sameEntryButForText(before: JobEntry, after: JobEntry): boolean {
  if (before === after) return true;
  return (
    sameJob(before.job, after.job) &&
    shallowEqual(before.sync, after.sync) &&
    shallowEqual(
      { ...before, job: null, sync: null, lastEventAt: beatOf(before) },
      { ...after, job: null, sync: null, lastEventAt: beatOf(after) },
    )
  );
}

function beatOf(entry: JobEntry): number | null {
  return entry.lastEventAt === null ? null : Math.floor(entry.lastEventAt / BEAT_MS);
}

function sameJob(before: ClientJobState | null, after: ClientJobState | null): boolean {
  if (before === after) return true;
  if (before === null || after === null) return false;
  return (
    shallowEqual({ ...before, sequence: 0, channels: null }, { ...after, sequence: 0, channels: null }) &&
    sameShape(before.channels, after.channels)
  );
}

/** The same channels, each with or without text as before, and cut at the same place. */
function sameShape(before: ClientJobState['channels'], after: ClientJobState['channels']): boolean {
  if (before === after) return true;
  const names = Object.keys(after);
  return (
    names.length === Object.keys(before).length &&
    names.every((name) => {
      const one = before[name];
      const other = after[name];
      return (
        one !== undefined &&
        other !== undefined &&
        one.offset === other.offset &&
        one.text.length > 0 === other.text.length > 0
      );
    })
  );
}
