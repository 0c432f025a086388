import type { JobEvent, Position } from '@regen/realtime-shared';
import { contentLength } from '../log/contentLength.ts';
import type { FeedCore } from './feedCore.ts';
import type { Placement } from './gatewayTypes.ts';
import { NO_FLAGS, flagsOfSnapshot, type JobFlags } from './jobFlags.ts';
import { samePosition } from '../log/position.ts';

/** Where a subscriber stands, the first page of what follows, and what its snapshot tells of notices. */
export type Placed =
  { kind: 'placed'; placement: Placement; page: readonly JobEvent[]; known: JobFlags } | { kind: 'missing' };

/**
 * Decides the outcome of a subscribe. Rejects where the log is out of reach. From `beginning` all is replayed that
 * the log still holds.
 */
export async function placeSubscriber(
  feed: FeedCore,
  ownerId: string | undefined,
  after: Position | 'beginning' | undefined,
): Promise<Placed> {
  const { log, limits } = feed.context;
  const recent = fromRecent(feed, ownerId, after);
  if (recent !== undefined) return recent;

  const received = feed.received();
  const result = await log.read({
    jobId: feed.jobId,
    ...(after === undefined ? {} : { after, maxEvents: limits.replayEvents, maxLength: limits.replayLength }),
  });
  if (result.kind === 'missing') return { kind: 'missing' };
  const { head } = result;
  if (ownerId !== undefined && head.ownerId !== ownerId) return { kind: 'missing' };
  feed.learn(head, received === feed.received());
  const at: Position = { epoch: head.epoch, sequence: head.sequence };
  switch (result.kind) {
    case 'snapshot':
      return placed({ outcome: 'snapshot', position: at, final: head.final, snapshot: result.snapshot });
    case 'diverged':
      return placed({ outcome: 'reset', position: at, final: head.final, snapshot: result.snapshot });
    case 'ahead':
      return head.leaseRemainingMs === undefined || after === undefined || after === 'beginning'
        ? placed({ outcome: 'reset', position: at, final: head.final, snapshot: result.snapshot })
        : placed({ outcome: 'holding', position: after, final: head.final });
    case 'events': {
      const { events, remaining } = result;
      if (events.length === 0) return placed({ outcome: 'live', position: at, final: head.final });
      if (after !== 'beginning' && remaining.events > 0) {
        if (lengthOf(events) + remaining.length > head.snapshotLength) return placeSubscriber(feed, ownerId, undefined);
      }
      feed.take(events);
      const position = feed.position();
      if (remaining.events === 0 && position !== null && samePosition(position, at)) feed.recent.prepend(events);
      return placed({ outcome: 'replayed', position: at, final: head.final }, events);
    }
  }
}

function lengthOf(events: readonly JobEvent[]): number {
  return events.reduce((sum, event) => sum + contentLength(event), 0);
}

function placed(placement: Placement, page: readonly JobEvent[] = []): Placed {
  const known = 'snapshot' in placement ? flagsOfSnapshot(placement.snapshot, placement.final) : NO_FLAGS;
  return { kind: 'placed', placement, page, known };
}

/** From memory what is replayed in any case; more is weighed against the snapshot, by a read. */
function fromRecent(
  feed: FeedCore,
  ownerId: string | undefined,
  after: Position | 'beginning' | undefined,
): Placed | undefined {
  const position = feed.position();
  const owner = feed.ownerId();
  if (after === undefined || after === 'beginning' || position === null) return undefined;
  if (feed.isAhead() || (ownerId !== undefined && ownerId !== owner)) return undefined;
  const { final } = feed.flags();
  const { replayEvents, replayLength } = feed.context.limits;
  if (samePosition(after, position)) return placed({ outcome: 'live', position, final });
  const page = feed.recent.after(after);
  if (page === undefined || page.length > replayEvents || lengthOf(page) > replayLength) return undefined;
  return placed({ outcome: page.length === 0 ? 'live' : 'replayed', position, final }, page);
}
