import type { CreateRequest, CreateResult, Incarnation, JobRules } from '@regen/realtime-core';
import { JobLogUnavailableError, listed } from '@regen/realtime-core';
import { answerOf, type CreatedAnswers, type KeptAnswer } from './createdAnswers.ts';
import type { JobStore } from './jobStore.ts';
import { writeOf } from './jobWrites.ts';
import type { OwnerIndex } from './ownerIndex.ts';
import { EMPTY_EXTENT } from './storedJob.ts';
import type { TextLength } from './textLength.ts';

/** Another node wins the race for an idempotency key so often at most before the caller is told to try again. */
const MAX_TRIES = 10;

/** Creates jobs, each only once for an idempotency key. */
export function createJobCreator(options: {
  jobs: JobStore;
  answers: CreatedAnswers;
  owners: OwnerIndex;
  rules: JobRules<TextLength>;
  now: () => number;
  keepMs: number;
  draw: () => Incarnation;
  drawVersion: () => string;
}): (request: CreateRequest) => Promise<CreateResult> {
  const { jobs, answers, owners, rules, now, keepMs, draw, drawVersion } = options;

  function begin(request: CreateRequest, incarnation: Incarnation): Promise<CreateResult> {
    return jobs.change(request.jobId, (stored) => {
      const { answer, change } = rules.create(stored?.record, request, () => incarnation, now());
      if (change === undefined) return { kind: 'answer', answer };
      return {
        kind: 'write',
        answer,
        write: writeOf({ version: '', extent: EMPTY_EXTENT }, change, drawVersion()),
        first: () => owners.mayBeOpen(request.ownerId, listed(change.record.state)),
      };
    });
  }

  /** The same job, however often and from wherever this is called for one reservation. */
  async function carryOut(request: CreateRequest, reserved: KeptAnswer): Promise<CreateResult> {
    const { jobId, incarnation } = reserved;
    const result = await begin({ ...request, jobId }, incarnation);
    if (result.kind === 'created') {
      await answers.settle(request, reserved);
      return result;
    }
    const stored = result.kind === 'exists' ? await jobs.load(jobId) : undefined;
    const { epoch } = incarnation;
    if (
      stored !== undefined &&
      (stored.record.state.epoch === epoch || stored.record.earlier.some((ended) => ended.epoch === epoch))
    ) {
      await answers.settle(request, reserved);
      return answerOf(reserved, 'repeated');
    }
    await answers.release(request, reserved);
    return result;
  }

  return async (request) => {
    const incarnation = draw();
    if (request.idempotencyKey === undefined) return begin(request, incarnation);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const kept = await answers.find(request, now());
      if (kept !== undefined && !kept.isSettled) return carryOut(request, kept);
      // A job that is gone cannot be gone on with: then the key begins a new one.
      if (kept !== undefined && kept.jobId !== '' && (await jobs.load(kept.jobId)) !== undefined) {
        return answerOf(kept, 'repeated');
      }
      const reserved = await answers.reserve(request, incarnation, kept, now() + keepMs);
      if (reserved !== undefined) return carryOut(request, reserved);
    }
    throw new JobLogUnavailableError('Too many creates with this idempotency key at once; try again.');
  };
}
