import {
  listed,
  type DueRuling,
  type Incarnation,
  type JobLog,
  type JobRules,
  type LogControlMessage,
} from '@regen/realtime-core';
import type { JobStore } from './jobStore.ts';
import { writeOf } from './jobWrites.ts';
import { PARTITIONS, type RedisKeys } from './keys.ts';
import type { OwnerIndex } from './ownerIndex.ts';
import type { RedisStore } from './redisStore.ts';
import { assertNever, isFinished, type JobEvent } from '@regen/realtime-shared';
import type { TextLength } from './textLength.ts';

/** Jobs of a partition that are looked at in one sweep; the next one goes on. */
const BATCH = 64;

const ALL = Array.from({ length: PARTITIONS }, (_, partition) => partition);

/** What concerns all jobs: what is due, and what workers were asked. */
export function createSweep(options: {
  store: RedisStore;
  keys: RedisKeys;
  jobs: JobStore;
  owners: OwnerIndex;
  rules: JobRules<TextLength>;
  now: () => number;
  /** Before this no worker's silence counts, and nothing else is done either; ms since the Unix epoch. */
  notBefore: () => number;
  draw: () => Incarnation;
  drawVersion: () => string;
}): Pick<JobLog, 'sweep' | 'pendingControl'> {
  const { store, keys, jobs, owners, rules, now, notBefore, draw, drawVersion } = options;

  /** Does all that is due of a job; when it is due next, ms since the Unix epoch, null for never. */
  async function doDue(jobId: string, givenUp: JobEvent[]): Promise<number | null> {
    for (;;) {
      const incarnation = draw();
      let ended: (() => Promise<unknown>) | undefined;
      const due = await jobs.change<DueRuling<TextLength> | null>(jobId, (stored) => {
        ended = undefined;
        if (stored === undefined) return { kind: 'forget', answer: null };
        const { ownerId } = stored.record;
        const ruling = rules.due(stored.record, () => incarnation, now(), notBefore());
        switch (ruling.kind) {
          case 'wait':
            return { kind: 'answer', answer: ruling };
          case 'forget':
            ended = () => owners.isGone(ownerId, [jobId]);
            return { kind: 'forget', answer: ruling };
          case 'change': {
            const { state } = ruling.change.record;
            if (isFinished(state)) ended = () => owners.hasEnded(ownerId, listed(state));
            return { kind: 'write', answer: ruling, write: writeOf(stored, ruling.change, drawVersion()) };
          }
          default:
            return assertNever(ruling);
        }
      });
      await ended?.();
      if (due === null || due.kind === 'forget') return null;
      if (due.kind === 'wait') return due.until;
      givenUp.push(...due.givenUp);
    }
  }

  async function sweepPartition(partition: number, givenUp: JobEvent[]): Promise<number> {
    const found = await store.call((redis) => redis.zrange(keys.due(partition), '0', String(BATCH - 1), 'WITHSCORES'));
    let next = Number.POSITIVE_INFINITY;
    for (let index = 0; index < found.length; index += 2) {
      const [jobId = '', score = ''] = found.slice(index, index + 2);
      const at = Math.max(Number(score), notBefore());
      next = Math.min(next, at > now() ? at : ((await doDue(jobId, givenUp)) ?? Number.POSITIVE_INFINITY));
      if (at > now()) break;
    }
    return next;
  }

  return {
    async sweep() {
      const givenUp: JobEvent[] = [];
      const nextDueAt = Math.min(...(await Promise.all(ALL.map((partition) => sweepPartition(partition, givenUp)))));
      return { nextDueInMs: nextDueAt === Number.POSITIVE_INFINITY ? null : Math.max(0, nextDueAt - now()), givenUp };
    },

    async pendingControl() {
      const asked = await Promise.all(
        ALL.map((partition) => store.call((redis) => redis.hvals(keys.asked(partition)))),
      );
      // Written with each change of a job by this product alone.
      return asked.flat().flatMap((requests) => JSON.parse(requests) as LogControlMessage[]);
    },
  };
}
