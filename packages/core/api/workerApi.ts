import {
  appendFromSchema,
  appendRequestSchema,
  cancelRequestSchema,
  createJobRequestSchema,
  heartbeatRequestSchema,
  takeoverRequestSchema,
  writerSchema,
  type CreateJobResponse,
  type JobStatus,
  type Position,
} from '@regen/realtime-shared';
import * as v from 'valibot';
import {
  ApiRefusal,
  expiryOf,
  failureOf,
  jobNotFound,
  ownedBy,
  parse,
  requireJobId,
  requireSignedIn,
  requireWorker,
} from './apiResult.ts';
import { openControlStream } from './controlStream.ts';
import { openEventStream } from './eventStream.ts';
import { createIngest, fenced, finished } from './ingest.ts';
import { parsePosition } from '../log/position.ts';
import { randomId } from '../log/randomId.ts';
import type { ApiCaller, ApiFailure, WorkerApi, WorkerApiOptions } from './workerApiTypes.ts';

const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 200;

const idempotencyKeySchema: v.GenericSchema<unknown, string> = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const statusSchema: v.GenericSchema<unknown, JobStatus> = v.picklist([
  'queued',
  'running',
  'paused',
  'completed',
  'failed',
  'cancelled',
]);
const limitSchema: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(LARGEST_PAGE),
);

export function createWorkerApi({
  log,
  gateway,
  clock,
  random,
  onError = () => undefined,
}: WorkerApiOptions): WorkerApi {
  const ingest = createIngest(log);

  async function answer<Result>(
    caller: ApiCaller,
    call: string,
    operation: () => Promise<Result>,
  ): Promise<Result | ApiFailure> {
    try {
      requireSignedIn(caller, clock.now());
      return await operation();
    } catch (error) {
      return failureOf(error, (unexpected) => {
        onError(unexpected, call);
      });
    }
  }

  return {
    createJob: ({ caller, body, idempotencyKey }) =>
      answer(caller, 'createJob', async () => {
        requireWorker(caller);
        const request = parse(createJobRequestSchema, body, 'body');
        if (idempotencyKey !== undefined) parse(idempotencyKeySchema, idempotencyKey, 'Idempotency-Key');
        const result = await log.create({
          ...request,
          jobId: request.jobId ?? randomId(random, 20),
          ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        });
        if (result.kind === 'conflict') {
          throw new ApiRefusal('conflict', 'A job of this id belongs to another owner; choose another id.');
        }
        const { jobId, epoch, sequence } = result;
        const created: CreateJobResponse =
          result.kind === 'exists' ? { jobId, epoch, sequence } : { jobId, epoch, writer: result.writer, sequence };
        return { status: result.kind === 'created' ? 201 : 200, body: created };
      }),

    append: ({ caller, jobId, body }) =>
      answer(caller, 'append', async () => {
        requireWorker(caller);
        requireJobId(jobId);
        return { status: 200, body: await ingest.append({ jobId, ...parse(appendRequestSchema, body, 'body') }) };
      }),

    appendLines: ({ caller, jobId, from, writer, parts }) =>
      answer(caller, 'appendLines', async () => {
        requireWorker(caller);
        requireJobId(jobId);
        const place = {
          ...(from === undefined ? {} : { from: parse(appendFromSchema, from, 'from') }),
          ...(writer === undefined ? {} : { writer: parse(writerSchema, writer, 'writer') }),
        };
        return { status: 200, body: await ingest.appendLines({ jobId, ...place, parts }) };
      }),

    heartbeat: ({ caller, jobId, body }) =>
      answer(caller, 'heartbeat', async () => {
        requireWorker(caller);
        requireJobId(jobId);
        const result = await log.heartbeat({ jobId, ...parse(heartbeatRequestSchema, body, 'body') });
        switch (result.kind) {
          case 'renewed':
            return { status: 200, body: { cancelRequested: result.cancelRequested } };
          case 'fenced':
            throw fenced();
          case 'finished':
            throw finished();
          case 'missing':
            throw jobNotFound();
        }
      }),

    takeover: ({ caller, jobId, body }) =>
      answer(caller, 'takeover', async () => {
        requireWorker(caller);
        requireJobId(jobId);
        const result = await log.takeover({ jobId, ...parse(takeoverRequestSchema, body ?? {}, 'body') });
        switch (result.kind) {
          case 'taken': {
            const { writer, epoch, sequence } = result;
            return { status: 200, body: { writer, epoch, sequence } };
          }
          case 'leased':
            throw new ApiRefusal('leased', `Its worker may be alive for ${String(result.retryAfterMs)} ms more.`, {
              retryAfterMs: result.retryAfterMs,
            });
          case 'fenced':
            throw fenced();
          case 'finished':
            throw finished();
          case 'missing':
            throw jobNotFound();
        }
      }),

    cancel: ({ caller, jobId, body }) =>
      answer(caller, 'cancel', async () => {
        requireJobId(jobId);
        const { reason } = parse(cancelRequestSchema, body ?? {}, 'body');
        const result = await log.requestCancel({
          jobId,
          ...ownedBy(caller),
          ...(reason === undefined ? {} : { reason }),
        });
        if (result.kind === 'missing') throw jobNotFound();
        return { status: 200, body: { state: result.kind } };
      }),

    resume: ({ caller, jobId }) =>
      answer(caller, 'resume', async () => {
        requireJobId(jobId);
        const result = await log.requestResume({ jobId, ...ownedBy(caller) });
        if (result.kind === 'missing') throw jobNotFound();
        return { status: 200, body: { state: result.kind } };
      }),

    get: ({ caller, jobId }) =>
      answer(caller, 'get', async () => {
        requireJobId(jobId);
        const result = await log.read({ jobId });
        if (result.kind !== 'snapshot') throw jobNotFound();
        if (caller.kind === 'user' && caller.ownerId !== result.head.ownerId) throw jobNotFound();
        return { status: 200, body: { job: result.snapshot } };
      }),

    list: ({ caller, status, limit, cursor }) =>
      answer(caller, 'list', async () => {
        if (caller.kind !== 'user') throw new ApiRefusal('unauthorized', 'Only users have jobs; send a user token.');
        const page = await log.list({
          ownerId: caller.ownerId,
          limit: limit === undefined ? DEFAULT_PAGE : parse(limitSchema, limit, 'limit'),
          ...(status === undefined ? {} : { status: parse(statusSchema, status, 'status') }),
          ...(cursor === undefined ? {} : { cursor }),
        });
        if (page.kind === 'invalid') throw new ApiRefusal('invalid_payload', page.message);
        return { status: 200, body: { jobs: page.jobs, ...(page.next === undefined ? {} : { next: page.next }) } };
      }),

    controlStream: ({ caller, kind, send }) =>
      answer(caller, 'controlStream', async () => {
        requireWorker(caller);
        const close = await openControlStream({
          log,
          kind,
          send,
          onError: (error) => {
            onError(error, 'controlStream');
          },
        });
        return { status: 200, close };
      }),

    eventStream: ({ caller, jobId, after, lastEventId, send, end, writable }) =>
      answer(caller, 'eventStream', async () => {
        requireJobId(jobId);
        const from = startOf(lastEventId, 'Last-Event-ID') ?? startOf(after, 'after') ?? 'beginning';
        const stream = await openEventStream({
          gateway,
          clock,
          jobId,
          ...ownedBy(caller),
          expiresAt: expiryOf(caller),
          after: from,
          send,
          end,
          ...(writable === undefined ? {} : { writable }),
        });
        return stream === 'ended' ? { status: 204 } : { status: 200, close: stream };
      }),
  };
}

function startOf(text: string | undefined, what: string): Position | undefined {
  if (text === undefined || text === '') return undefined;
  const position = parsePosition(text);
  if (position === undefined) throw new ApiRefusal('invalid_payload', `${what}: must be <epoch>:<sequence>`);
  return position;
}
