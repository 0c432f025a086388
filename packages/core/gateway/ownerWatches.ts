import { EVENTS, type JobSummary } from '@regen/realtime-shared';
import type { NodeContext } from './feedTypes.ts';
import { roomOfOwner, type GatewayConnection } from './gatewayTypes.ts';
import { JobLogUnavailableError, type ListedJob, type LogSubscription, type OwnerMessage } from '../log/jobLog.ts';
import { createSummaryOrder, type SummaryOrder } from './summaryOrder.ts';

/** Which connections of this node watch which owner's jobs; one store subscription an owner. */
export interface OwnerWatches {
  /**
   * Hands the owner's jobs to `onJobs`, then what changed meanwhile, then all that changes. Rejects where the log is
   * out of reach. Watching again starts over.
   */
  watch(ownerId: string, connection: GatewayConnection, onJobs: (jobs: readonly JobSummary[]) => void): Promise<void>;
  unwatch(ownerId: string, connection: GatewayConnection): void;
  size(): number;
  close(): void;
}

interface Watch {
  source: LogSubscription;
  members: Set<GatewayConnection>;
  /** Those that wait for their list, with what they would have missed. */
  starting: Map<GatewayConnection, ListedJob[]>;
  order: SummaryOrder;
}

export function createOwnerWatches(context: NodeContext): OwnerWatches {
  const { log, limits, onError, emitToRoom } = context;
  const watches = new Map<string, Watch>();

  function open(ownerId: string): Watch {
    const existing = watches.get(ownerId);
    if (existing !== undefined) return existing;
    const watch: Watch = {
      source: log.subscribeOwner(ownerId, (message) => {
        receive(ownerId, watch, message);
      }),
      members: new Set(),
      starting: new Map(),
      order: createSummaryOrder(),
    };
    watches.set(ownerId, watch);
    return watch;
  }

  function receive(ownerId: string, watch: Watch, message: OwnerMessage): void {
    if (message.kind === 'job') changed(ownerId, watch, message);
    else void checkAll(ownerId, watch);
  }

  function changed(ownerId: string, watch: Watch, listed: ListedJob): void {
    const { job, position } = listed;
    if (!watch.order.admits(job.jobId, position)) return;
    if (watch.members.size > 0) emitToRoom(roomOfOwner(ownerId), EVENTS.JOBS_CHANGED, { job });
    for (const missed of watch.starting.values()) missed.push(listed);
  }

  async function checkAll(ownerId: string, watch: Watch): Promise<void> {
    try {
      const jobs = await log.recent({ ownerId, finishedLimit: limits.recentFinishedJobs });
      if (watches.get(ownerId) === watch) for (const job of jobs) changed(ownerId, watch, job);
    } catch (error) {
      // Out of reach once more: the next `check` comes when it heals.
      if (!(error instanceof JobLogUnavailableError)) onError(error, 'listing jobs');
    }
  }

  function release(ownerId: string, watch: Watch): void {
    if (watch.members.size + watch.starting.size > 0) return;
    watch.source.close();
    if (watches.get(ownerId) === watch) watches.delete(ownerId);
  }

  function unwatch(ownerId: string, connection: GatewayConnection): void {
    const watch = watches.get(ownerId);
    if (watch === undefined) return;
    watch.starting.delete(connection);
    if (watch.members.delete(connection)) connection.leave(roomOfOwner(ownerId));
    release(ownerId, watch);
  }

  return {
    async watch(ownerId, connection, onJobs) {
      unwatch(ownerId, connection);
      const watch = open(ownerId);
      const missed: ListedJob[] = [];
      watch.starting.set(connection, missed);
      try {
        await watch.source.ready;
        const jobs = await log.recent({ ownerId, finishedLimit: limits.recentFinishedJobs });
        // Noted for all: nobody needs to hear later what is older than this.
        for (const { job, position } of jobs) watch.order.admits(job.jobId, position);
        onJobs(jobs.map(({ job }) => job));
        if (watch.starting.get(connection) !== missed) return;
        for (const { job, position } of missed) {
          if (watch.order.admits(job.jobId, position)) connection.emit(EVENTS.JOBS_CHANGED, { job });
        }
        watch.members.add(connection);
        connection.join(roomOfOwner(ownerId));
      } finally {
        if (watch.starting.get(connection) === missed) watch.starting.delete(connection);
        release(ownerId, watch);
      }
    },
    unwatch,
    size: () => watches.size,
    close() {
      for (const watch of watches.values()) watch.source.close();
      watches.clear();
    },
  };
}
