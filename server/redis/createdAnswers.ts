import type { CreateRequest, CreateResult, Incarnation } from '@regen/realtime-core';
import type { RedisKeys } from './keys.ts';
import type { RedisStore } from './redisStore.ts';

export type CreatedAnswer = Extract<CreateResult, { writer: string }>;

/**
 * What creates with an idempotency key were answered. The answer is reserved before the job is there, so that whoever
 * repeats a create, or makes the same one at the same time, makes the very same job.
 */
export interface CreatedAnswers {
  find(request: CreateRequest, now: number): Promise<KeptAnswer | undefined>;
  /** Reserves the answer in the place of `kept`; undefined where somebody else was faster. */
  reserve(
    request: CreateRequest,
    incarnation: Incarnation,
    kept: KeptAnswer | undefined,
    until: number,
  ): Promise<KeptAnswer | undefined>;
  /** The job is there. */
  settle(request: CreateRequest, kept: KeptAnswer): Promise<void>;
  /** There will be no such job. */
  release(request: CreateRequest, kept: KeptAnswer): Promise<void>;
}

export interface KeptAnswer {
  jobId: string;
  incarnation: Incarnation;
  /** False while the job may not be there yet. */
  isSettled: boolean;
  /** ms since the Unix epoch. */
  until: number;
  /** As it is stored, to be replaced by comparison. */
  text: string;
}

export function createCreatedAnswers(store: RedisStore, keys: RedisKeys, keepMs: number): CreatedAnswers {
  const keyOf = ({ ownerId, idempotencyKey }: CreateRequest): string => keys.answer(ownerId, idempotencyKey ?? '');

  /** Whether it stood there as expected. */
  async function replace(request: CreateRequest, expected: string, next: string, ttlMs: number): Promise<boolean> {
    return (await store.call((redis) => redis.rgKeepAnswer(keyOf(request), expected, next, ttlMs))) === '';
  }

  return {
    async find(request, now) {
      const text = await store.call((redis) => redis.get(keyOf(request)));
      if (text === null || text === '') return undefined;
      const kept = { ...parse(text), text };
      // One that has run out is overwritten as if it were settled and its job gone.
      return kept.until > now ? kept : { ...kept, isSettled: true, jobId: '' };
    },
    async reserve(request, incarnation, kept, until) {
      const next = { jobId: request.jobId, incarnation, isSettled: false, until };
      const text = JSON.stringify(next);
      return (await replace(request, kept?.text ?? '', text, keepMs)) ? { ...next, text } : undefined;
    },
    async settle(request, { jobId, incarnation, until, text }) {
      await replace(request, text, JSON.stringify({ jobId, incarnation, isSettled: true, until }), keepMs);
    },
    async release(request, { text }) {
      await replace(request, text, '', 1);
    },
  };
}

function parse(text: string): Omit<KeptAnswer, 'text'> {
  // Written above alone.
  return JSON.parse(text) as Omit<KeptAnswer, 'text'>;
}

export function answerOf({ jobId, incarnation }: KeptAnswer, kind: 'created' | 'repeated'): CreatedAnswer {
  return { kind, jobId, epoch: incarnation.epoch, writer: incarnation.writer, sequence: 1 };
}
