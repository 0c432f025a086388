/** What the log of the server says of jobs: ids and outcomes, never a title, a text, a reason or a token. */
import type { AppendResult, CreateRequest, CreateResult, JobLog, LogAppendRequest } from '@regen/realtime-core';
import { EVENTS, type IngestEvent, type JobEvent } from '@regen/realtime-shared';
import type { Logger } from 'pino';

const ENDS: ReadonlyMap<string, string> = new Map([
  [EVENTS.JOB_COMPLETED, 'job completed'],
  [EVENTS.JOB_FAILED, 'job failed'],
  [EVENTS.JOB_CANCELLED, 'job cancelled'],
]);

/**
 * The same log, which tells `logger` of what is asked of it here: of a job's beginning and its end at `info`, of
 * takeovers, requests, refusals and every append at `debug`. What another server was asked it tells itself.
 */
export function tellOfJobs(log: JobLog, logger: Logger): JobLog {
  function created({ jobId, ownerId, kind }: CreateRequest, result: CreateResult): void {
    if (result.kind === 'created') logger.info({ jobId, ownerId, kind }, 'job created');
    else logger.debug({ jobId, ownerId, outcome: result.kind }, 'create');
  }

  function appended({ jobId, events }: LogAppendRequest, result: AppendResult): void {
    const { kind: outcome } = result;
    const sequence = 'sequence' in result ? result.sequence : undefined;
    logger.debug({ jobId, events: events.length, outcome, sequence }, 'append');
    if (outcome !== 'appended') return;
    for (const event of events) tellEnd(jobId, event);
  }

  function tellEnd(jobId: string, event: IngestEvent | JobEvent): void {
    const end = ENDS.get(event.type);
    if (end !== undefined) logger.info({ jobId, ...(event.type === EVENTS.JOB_FAILED ? codeOf(event) : {}) }, end);
  }

  const told =
    <Request extends { jobId: string }, Result extends { kind: string }>(
      call: (request: Request) => Promise<Result>,
      what: string,
    ) =>
    async (request: Request): Promise<Result> => {
      const result = await call(request);
      logger.debug({ jobId: request.jobId, outcome: result.kind }, what);
      return result;
    };

  return {
    ...log,
    create: async (request) => {
      const result = await log.create(request);
      created(request, result);
      return result;
    },
    append: async (request) => {
      const result = await log.append(request);
      appended(request, result);
      return result;
    },
    takeover: told(log.takeover, 'takeover'),
    requestCancel: told(log.requestCancel, 'cancel requested'),
    requestResume: told(log.requestResume, 'resume requested'),
    sweep: async () => {
      const result = await log.sweep();
      for (const event of result.givenUp) tellEnd(event.jobId, event);
      return result;
    },
  };
}

function codeOf({ error: { code, retryable } }: { error: { code: string; retryable: boolean } }): object {
  return { code, retryable };
}
