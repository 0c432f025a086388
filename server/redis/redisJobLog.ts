/** The event log on Redis: one server, or a cluster. The rules are those of `packages/core`; here they are carried out. */
import {
  DEFAULT_EVENT_RETENTION,
  JobLogUnavailableError,
  createJobRules,
  drawIncarnation,
  headOf,
  isOwned,
  listed,
  logTimings,
  pageSize,
  placeRead,
  randomId,
  repeatedCount,
  type AppendResult,
  type EventRetention,
  type Incarnation,
  type JobHead,
  type JobLog,
  type LogAppendRequest,
  type LogTimings,
  type Missing,
  type ReadRequest,
  type ReadResult,
  type Ruling,
  contentLength,
  snapshotLength,
} from '@regen/realtime-core';
import { createJobReducer, isFinished, keptFrom, stringText, type Random } from '@regen/realtime-shared';
import { createCreatedAnswers } from './createdAnswers.ts';
import { createJobCreator } from './createJob.ts';
import { createJobLists } from './jobLists.ts';
import { createJobStore, type ReadJob } from './jobStore.ts';
import { writeOf } from './jobWrites.ts';
import { redisKeys } from './keys.ts';
import { createOwnerIndex } from './ownerIndex.ts';
import { createRedisPushes } from './redisPushes.ts';
import { connectRedis, DEFAULT_STORE_SETTINGS, type RedisAddress, type RedisStoreSettings } from './redisStore.ts';
import { createSnapshots } from './snapshots.ts';
import type { StoredJob } from './storedJob.ts';
import { createSweep } from './sweep.ts';
import { lengthReducer, type MeasuredState, type TextLength } from './textLength.ts';

export interface RedisJobLogOptions extends Partial<LogTimings>, Partial<RedisStoreSettings> {
  address: RedisAddress;
  /** Of all keys and channels. Default `rg:`. */
  prefix?: string;
  /** ms since the Unix epoch, the same on all nodes or nearly. Default: by Redis' clock. */
  now?: () => number;
  /** A cryptographic one: writer tokens are drawn from it. */
  random: Random;
  /** Code units of a channel that a snapshot keeps at least. Default 1,000,000. */
  maxTextLength?: number;
  /** Of each job. Default 8,192 events and 2,000,000 code units. */
  retention?: EventRetention;
  /** What failed without anybody waiting for it; all of it is made good later. */
  onError: (error: unknown, context: string) => void;
  /** Why Redis is out of reach, each reason once until it is in reach. Default: silent. */
  onProblem?: (problem: Error) => void;
}

export interface RedisJobLog extends JobLog {
  /** Resolves once Redis is there for the first time. Rejects with `JobLogUnavailableError` after `deadlineMs`. */
  ready(deadlineMs: number): Promise<void>;
  /** Resolves when what was published before has been told, and what was begun in the background is done. */
  settle(): Promise<void>;
  close(): void;
}

/** What others change all the time is read so often before the caller is told to try again. */
const MAX_TRIES = 10;

const missing: Missing = { kind: 'missing' };

export function redisJobLog(options: RedisJobLogOptions): RedisJobLog {
  const { random, onError } = options;
  const timings = logTimings(options);
  const retention = options.retention ?? DEFAULT_EVENT_RETENTION;
  const keys = redisKeys(options.prefix ?? 'rg:');
  const maxTextLength = options.maxTextLength ?? 1_000_000;
  const reducer = createJobReducer(stringText, { maxTextLength });
  const rules = createJobRules(lengthReducer, timings);
  const settings = {
    deadlineMs: options.deadlineMs ?? DEFAULT_STORE_SETTINGS.deadlineMs,
    maxRetryMs: options.maxRetryMs ?? DEFAULT_STORE_SETTINGS.maxRetryMs,
    pingMs: options.pingMs ?? DEFAULT_STORE_SETTINGS.pingMs,
  };
  const store = connectRedis({
    address: options.address,
    settings,
    keys,
    onTimeStep: spareWorkers,
    onProblem: options.onProblem ?? (() => undefined),
  });
  const now = options.now ?? store.now;
  let notBefore = Number.POSITIVE_INFINITY;
  const stopWatching = store.onAvailability((available) => {
    if (available) spareWorkers();
    else notBefore = Number.POSITIVE_INFINITY;
  });
  const pushes = createRedisPushes(store.listeners, keys, (error) => {
    onError(error, 'telling what the log told');
  });
  const jobs = createJobStore(store, keys, timings);
  const owners = createOwnerIndex(store, keys, now, Math.max(timings.keepIdleMs, timings.keepFinishedMs) * 2);
  const snapshots = createSnapshots({ jobs, reducer, retention, drawVersion });
  const lists = createJobLists(jobs, owners);
  const answers = createCreatedAnswers(store, keys, timings.keepFinishedMs);
  const create = createJobCreator({
    jobs,
    answers,
    owners,
    rules,
    now,
    keepMs: timings.keepFinishedMs,
    draw,
    drawVersion,
  });
  const background = new Map<string, Promise<void>>();
  const nodeId = randomId(random, 8);
  let versions = 0;

  /** Redis was out of reach, or no server ran, or the time is another one: how long a worker is silent is not known. */
  function spareWorkers(): void {
    notBefore = now() + timings.leaseMs;
  }

  function draw(): Incarnation {
    return drawIncarnation(random);
  }

  function drawVersion(): string {
    versions += 1;
    return `${nodeId}.${String(versions)}`;
  }

  /** Does something that nobody waits for, once at a time for each name. */
  function inBackground(name: string, action: () => Promise<void>): Promise<void> {
    const underWay = background.get(name);
    if (underWay !== undefined) return underWay;
    const done = action()
      .catch((error: unknown) => {
        onError(error, name);
      })
      .finally(() => background.delete(name));
    background.set(name, done);
    return done;
  }

  /** Does what the rules say of a job, and answers as they do. */
  async function rule<Answer>(
    jobId: string,
    decide: (record: StoredJob['record'], version: string) => Ruling<Answer, TextLength> | Missing,
  ): Promise<Answer | Missing> {
    let before: StoredJob | undefined;
    let after: StoredJob | undefined;
    const answer = await jobs.change<Answer | Missing>(jobId, (stored) => {
      after = undefined;
      if (stored === undefined) return { kind: 'answer', answer: missing };
      const ruling = decide(stored.record, stored.version);
      if (!('answer' in ruling)) return { kind: 'answer', answer: ruling };
      if (ruling.change === undefined) return { kind: 'answer', answer: ruling.answer };
      const { record } = ruling.change;
      const goesOn = isFinished(stored.record.state) && !isFinished(record.state);
      const write = writeOf(stored, ruling.change, drawVersion());
      before = stored;
      after = write.next;
      return {
        kind: 'write',
        answer: ruling.answer,
        write,
        ...(goesOn ? { first: () => owners.mayBeOpen(record.ownerId, listed(record.state)) } : {}),
      };
    });
    if (before !== undefined && after !== undefined) await followUp(before, after);
    return answer;
  }

  async function followUp(before: StoredJob, after: StoredJob): Promise<void> {
    const { ownerId, jobId, state } = after.record;
    if (isFinished(state) && !isFinished(before.record.state)) {
      void inBackground(`listing the end of ${jobId}`, () => owners.hasEnded(ownerId, listed(state)));
    }
    if (!snapshots.isDue(after)) return;
    const refreshed = inBackground(`snapshot of ${jobId}`, () => snapshots.refresh(after));
    if (snapshots.isOverdue(after)) await refreshed;
  }

  /** What is repeated is compared with what the log holds, as it was when the rules decide. */
  async function append(request: LogAppendRequest): Promise<AppendResult> {
    const { jobId, from = 0 } = request;
    let read: ReadJob | undefined;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const answer = await rule<AppendResult | { kind: 'unread'; count: number }>(jobId, (record, version) => {
        const end = from + repeatedCount(record.state, request);
        if (end > from && read?.stored.version !== version) return { answer: { kind: 'unread', count: end - from } };
        const held = read?.batches.flatMap(({ events }) => events) ?? [];
        return rules.append(
          record,
          request,
          held.filter(({ sequence }) => sequence >= from && sequence < end),
          now(),
        );
      });
      if (answer.kind !== 'unread') return answer;
      read = await jobs.readEvents(jobId, from - 1, { maxEvents: answer.count, maxLength: Number.MAX_SAFE_INTEGER });
    }
    throw new JobLogUnavailableError(`Job ${jobId} is changed by too many at once; try again.`);
  }

  async function readState(jobId: string, kind: 'snapshot' | 'diverged' | 'ahead'): Promise<ReadResult> {
    const read = await jobs.readState(jobId);
    if (read === undefined) return missing;
    return { kind, head: head(read.stored), snapshot: snapshots.stateOf(read) };
  }

  function head({ record }: StoredJob): JobHead {
    const time = now();
    const spared = Math.min(notBefore, time + timings.leaseMs);
    return headOf(record, snapshotLength(kept(record.state, maxTextLength)), time, spared);
  }

  async function readEvents(request: ReadRequest, after: number): Promise<ReadResult> {
    const limits = {
      maxEvents: request.maxEvents ?? Number.MAX_SAFE_INTEGER,
      maxLength: request.maxLength ?? Number.MAX_SAFE_INTEGER,
    };
    const read = await jobs.readEvents(request.jobId, after, limits);
    if (read === undefined) return missing;
    const { record, extent } = read.stored;
    const { epoch, sequence } = record.state;
    const place = placeRead(request.after, {
      epoch,
      sequence,
      earlier: record.earlier,
      heldAfter: extent.heldAfter,
    });
    if (place.kind !== 'events') return readState(request.jobId, place.kind);
    return { kind: 'events', head: head(read.stored), ...pageOf(read, place.after, request) };
  }

  return {
    create,
    append,
    heartbeat: ({ jobId, writer }) => rule(jobId, (record) => rules.heartbeat(record, writer, now())),
    takeover: (request) => {
      const incarnation = draw();
      return rule(request.jobId, (record) => rules.takeover(record, request, () => incarnation, now()));
    },
    requestCancel: (request) =>
      rule(request.jobId, (record) =>
        isOwned(record, request) ? rules.cancel(record, request.reason, now()) : missing,
      ),
    requestResume: (request) =>
      rule(request.jobId, (record) => (isOwned(record, request) ? rules.resume(record) : missing)),

    read: (request) => {
      if (request.after === undefined) return readState(request.jobId, 'snapshot');
      return readEvents(request, request.after === 'beginning' ? 0 : request.after.sequence);
    },

    list: lists.page,
    recent: lists.recent,
    ...createSweep({ store, keys, jobs, owners, rules, now, notBefore: () => notBefore, draw, drawVersion }),

    subscribe: pushes.onJob,
    subscribeOwner: pushes.onOwner,
    subscribeControl: pushes.onControl,
    now,
    isAvailable: store.isAvailable,
    onAvailability: store.onAvailability,

    ready: store.ready,
    settle: async () => {
      while (background.size > 0) await Promise.all(background.values());
      await store.listeners.settle();
    },
    close: () => {
      stopWatching();
      pushes.close();
      store.close();
    },
  };
}

/** The events after a sequence that fit the limits, and what remains behind them. */
function pageOf(
  { stored, batches }: ReadJob,
  after: number,
  limits: Pick<ReadRequest, 'maxEvents' | 'maxLength'>,
): Pick<Extract<ReadResult, { kind: 'events' }>, 'events' | 'remaining'> {
  const { record, extent } = stored;
  const following = batches.flatMap(({ events }) => events).filter(({ sequence }) => sequence > after);
  const lengths: number[] = [0];
  for (const event of following) lengths.push((lengths.at(-1) ?? 0) + contentLength(event));
  const size = pageSize(following.length, (count) => lengths[count] ?? 0, limits);
  const read = (batches.at(-1)?.end ?? extent.end) - (lengths.at(-1) ?? 0) + (lengths[size] ?? 0);
  return {
    events: following.slice(0, size),
    remaining: { events: record.state.sequence - after - size, length: extent.end - read },
  };
}

/** The state with the lengths of its texts as far as a snapshot keeps them. */
function kept(state: MeasuredState, maxTextLength: number): MeasuredState {
  const channels = Object.entries(state.channels).map(([name, { text, offset }]) => [
    name,
    { offset, text: { length: text.length - keptFrom(text.length, maxTextLength) } },
  ]);
  return { ...state, channels: Object.fromEntries(channels) as MeasuredState['channels'] };
}
