import type { ClockTimer } from '@regen/realtime-shared';
import type { NodeContext } from './feedTypes.ts';
import { JobLogUnavailableError, type JobHead } from '../log/jobLog.ts';
import type { JobTail } from './jobTail.ts';
import { createRunAgain } from './runAgain.ts';

/** Compares what a node has taken in of a job with the job's log, and makes it the same. */
export interface FeedRepair {
  /** Something may have been missed: begins to compare. Without effect before the first read. */
  check(): void;
  /** Compares. Resolves to false where the log is out of reach. Never rejects. */
  run(): Promise<boolean>;
  /** The log has lost events that this node has seen, and its writer may refill them. */
  isAhead(): boolean;
  /** The log holds no such job any more. */
  isGone(): boolean;
  /** Events have come that continue what was taken in: the log is refilled. */
  refilled(): void;
  close(): void;
}

export function createFeedRepair(options: {
  jobId: string;
  context: NodeContext;
  tail: JobTail;
  /** Counts live messages: a read is up to date where none came while it ran. */
  received: () => number;
  learn: (head: JobHead, undisturbed: boolean) => void;
  /** The job was lost and made anew for somebody else. */
  evict: () => void;
  /** What was taken in is what the log holds, as far as the log has anything to say. */
  onRepaired: () => void;
}): FeedRepair {
  const { jobId, context, tail, received, learn, evict } = options;
  const { log, clock, limits, timings, onError } = context;
  let ahead = false;
  let gone = false;
  let closed = false;
  let timer: ClockTimer | undefined;

  const runs = createRunAgain(repairOnce, (failure) => {
    if (closed) return;
    if (failure === undefined) {
      options.onRepaired();
      return;
    }
    if (!(failure.cause instanceof JobLogUnavailableError)) onError(failure.cause, `reading job ${jobId}`);
    clock.clearTimeout(timer);
    timer = clock.setTimeout(check, timings.retryMs);
  });

  /** Ahead of the log until its writer refills it or its lease is over. */
  function setAhead(leaseRemainingMs: number | undefined): void {
    ahead = leaseRemainingMs !== undefined;
    clock.clearTimeout(timer);
    timer = leaseRemainingMs === undefined ? undefined : clock.setTimeout(check, leaseRemainingMs + 1);
  }

  /** Resolves to whether there is more to read. */
  async function repairOnce(): Promise<boolean> {
    const from = tail.position();
    if (from === null || closed) return false;
    const before = received();
    const result = await log.read({
      jobId,
      after: from,
      maxEvents: limits.replayEvents,
      maxLength: limits.replayLength,
    });
    if (isClosed()) return false;
    gone = result.kind === 'missing';
    if (result.kind === 'missing') return false;
    const { head } = result;
    if (tail.ownerId() !== head.ownerId) {
      evict();
      return false;
    }
    if (result.kind === 'events') {
      if (tail.position() === from) {
        setAhead(undefined);
        tail.extend(result.events);
        tail.continueIn(head);
      } else tail.take(result.events);
      learn(head, before === received());
      const at = tail.position();
      return result.remaining.events > 0 || at?.epoch !== head.epoch || at.sequence < head.sequence;
    }
    if (tail.position() !== from) return true;
    if (result.kind === 'ahead' && head.leaseRemainingMs !== undefined) setAhead(head.leaseRemainingMs);
    else {
      setAhead(undefined);
      tail.reset(result.snapshot, head.final);
    }
    return false;
  }

  /** Read through a function: during the await it changes behind the compiler's back. */
  function isClosed(): boolean {
    return closed;
  }

  function check(): void {
    if (!closed && tail.position() !== null) void runs.run();
  }

  return {
    check,
    run: () => runs.run(),
    isAhead: () => ahead,
    isGone: () => gone,
    refilled() {
      if (ahead) setAhead(undefined);
    },
    close() {
      closed = true;
      clock.clearTimeout(timer);
    },
  };
}
