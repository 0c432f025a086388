import { JobLogUnavailableError, type LogTimings } from '@regen/realtime-core';
import { parseBatches, type Batch } from './batches.ts';
import type { RedisKeys } from './keys.ts';
import { commitArguments, jobKeys, type JobWrite } from './jobWrites.ts';
import type { RedisStore } from './redisStore.ts';
import { parseStored, type StoredJob } from './storedJob.ts';

/** What is decided of a job as it is: an answer, and what is to be done for it to be true. */
export type Decision<Answer> =
  | { kind: 'answer'; answer: Answer }
  /** `first` is done before, and again where it has to be decided again. */
  | { kind: 'write'; write: JobWrite; answer: Answer; first?: () => Promise<void> }
  | { kind: 'forget'; answer: Answer };

/** What a read of a job finds. */
export interface ReadJob {
  stored: StoredJob;
  /** The snapshot's text, '' where none was asked for or there is none. */
  snapshot: string;
  batches: readonly Batch[];
}

/** The jobs in Redis, one by one. */
export interface JobStore {
  /**
   * Does what `decide` says of the job as it is; calls for one job follow each other. What is decided of a job that
   * has changed meanwhile is decided again, so `decide` has no effects of its own.
   */
  change<Answer>(jobId: string, decide: (stored: StoredJob | undefined) => Decision<Answer>): Promise<Answer>;
  /** Undefined where there is no such job. */
  load(jobId: string): Promise<StoredJob | undefined>;
  /** Events after a sequence, in whole batches: at least one where there is one, then up to the limits. */
  readEvents(
    jobId: string,
    after: number,
    limits: { maxEvents: number; maxLength: number },
  ): Promise<ReadJob | undefined>;
  /** The snapshot, and all events after it. */
  readState(jobId: string): Promise<ReadJob | undefined>;
  /** The newest batch that can go, since what follows it is enough. */
  trimPoint(
    stored: StoredJob,
    keep: { maxEvents: number; maxLength: number },
    newest: number,
  ): Promise<{ sequence: number; end: number } | undefined>;
}

/** Jobs whose state is remembered, so that an append is one call. */
const REMEMBERED = 2_000;
/** A job that others change all the time is decided so often before the caller is told to try again. */
const MAX_TRIES = 50;

export function createJobStore(store: RedisStore, keys: RedisKeys, timings: LogTimings): JobStore {
  /** The last state that this node saw; it may be another by now, so nothing is answered by it alone. */
  const remembered = new Map<string, StoredJob>();
  /** The last call for each job that is under way. */
  const queues = new Map<string, Promise<unknown>>();

  function remember(jobId: string, stored: StoredJob | undefined): void {
    remembered.delete(jobId);
    if (stored === undefined) return;
    remembered.set(jobId, stored);
    if (remembered.size <= REMEMBERED) return;
    for (const oldest of remembered.keys()) {
      remembered.delete(oldest);
      break;
    }
  }

  async function load(jobId: string): Promise<StoredJob | undefined> {
    const [version, record] = await store.call((redis) => redis.hmget(keys.job(jobId), 'v', 'rec'));
    const stored = version == null || record == null ? undefined : parseStored(version, record);
    remember(jobId, stored);
    return stored;
  }

  async function carryOut<Answer>(
    jobId: string,
    decide: (stored: StoredJob | undefined) => Decision<Answer>,
  ): Promise<Answer> {
    let stored = remembered.get(jobId);
    let isSure = false;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      if (stored === undefined && !isSure) {
        stored = await load(jobId);
        isSure = true;
      }
      const decision = decide(stored);
      if (decision.kind === 'answer') {
        if (isSure) return decision.answer;
        stored = await load(jobId);
        isSure = true;
        continue;
      }
      if (decision.kind === 'write') await decision.first?.();
      const found =
        decision.kind === 'write' ? await commit(jobId, decision.write) : await forget(jobId, stored?.version ?? '');
      if (found === 'done') {
        remember(jobId, decision.kind === 'write' ? decision.write.next : undefined);
        return decision.answer;
      }
      stored = found;
      remember(jobId, stored);
      isSure = true;
    }
    throw new JobLogUnavailableError(`Job ${jobId} is changed by too many at once; try again.`);
  }

  async function commit(jobId: string, write: JobWrite): Promise<'done' | StoredJob | undefined> {
    const reply = await store.call((redis) =>
      redis.rgCommit(...jobKeys(keys, jobId), ...commitArguments(keys, write, timings)),
    );
    if (reply[0] === 1 && reply[1] !== undefined) store.doubt();
    return foundOf(reply);
  }

  async function forget(jobId: string, version: string): Promise<'done' | StoredJob | undefined> {
    return foundOf(await store.call((redis) => redis.rgForget(...jobKeys(keys, jobId), version, jobId)));
  }

  return {
    load,

    change(jobId, decide) {
      const before = queues.get(jobId) ?? Promise.resolve();
      const call = before.then(() => carryOut(jobId, decide));
      const end = call
        .catch(() => {
          // Whether it was carried out is unknown.
          remembered.delete(jobId);
        })
        .then(() => {
          if (queues.get(jobId) === end) queues.delete(jobId);
        });
      queues.set(jobId, end);
      return call;
    },

    async readEvents(jobId, after, { maxEvents, maxLength }) {
      return readOf(
        await store.call((redis) =>
          redis.rgReadEvents(keys.job(jobId), keys.events(jobId), after, maxEvents, maxLength),
        ),
      );
    },

    async readState(jobId) {
      return readOf(
        await store.call((redis) => redis.rgReadState(keys.job(jobId), keys.events(jobId), keys.snapshot(jobId))),
      );
    },

    async trimPoint({ record, extent }, { maxEvents, maxLength }, newest) {
      const { jobId, state } = record;
      const [sequence, end] = await store.call((redis) =>
        redis.rgTrimPoint(keys.events(jobId), state.sequence, extent.end, maxEvents, maxLength, newest),
      );
      return sequence === undefined || end === undefined ? undefined : { sequence, end };
    },
  };
}

function foundOf(reply: [1] | [1, string] | [0, string, string]): 'done' | StoredJob | undefined {
  if (reply[0] === 1) return 'done';
  const [, version, record] = reply;
  return version === '' ? undefined : parseStored(version, record);
}

function readOf([version, record, snapshot, ...batches]: string[]): ReadJob | undefined {
  if (version === undefined || record === undefined) return undefined;
  const stored = parseStored(version, record);
  // What a change left behind that broke off is no part of the job.
  const written = parseBatches(batches).filter(({ sequence }) => sequence <= stored.record.state.sequence);
  return { stored, snapshot: snapshot ?? '', batches: written };
}
