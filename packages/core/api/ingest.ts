import {
  LIMITS,
  ingestEventSchema,
  type AppendResponse,
  type IngestEvent,
  type Position,
} from '@regen/realtime-shared';
import { ApiRefusal, jobNotFound, parse } from './apiResult.ts';
import type { AppendResult, JobLog, LogAppendRequest } from '../log/jobLog.ts';

/** Jobs whose last answered position is remembered; beyond it the oldest is forgotten. */
const REMEMBERED_JOBS = 10_000;

/** Appends for workers, with the refusals as `ApiRefusal`. */
export interface Ingest {
  append(request: Omit<LogAppendRequest, 'notBefore'>): Promise<AppendResponse>;
  appendLines(request: {
    jobId: string;
    from?: number;
    writer?: string;
    parts: AsyncIterable<readonly string[]>;
  }): Promise<AppendResponse>;
}

export function createIngest(log: JobLog): Ingest {
  const answered = new Map<string, Position>();

  function remember(jobId: string, { epoch, sequence }: Position): void {
    answered.delete(jobId);
    answered.set(jobId, { epoch, sequence });
    if (answered.size <= REMEMBERED_JOBS) return;
    for (const oldest of answered.keys()) {
      answered.delete(oldest);
      return;
    }
  }

  async function append(request: Omit<LogAppendRequest, 'notBefore'>): Promise<AppendResponse> {
    const notBefore = answered.get(request.jobId);
    const result = await log.append(notBefore === undefined ? request : { ...request, notBefore });
    const response = responseOf(result);
    remember(request.jobId, response);
    return response;
  }

  return {
    append,
    async appendLines({ jobId, from, writer, parts }) {
      let next = from;
      let last: AppendResponse | undefined;
      let lines = 0;
      let duplicates = true;

      async function appendAll(events: readonly IngestEvent[]): Promise<void> {
        if (events.length === 0) return;
        last = await append({
          jobId,
          events,
          ...(next === undefined ? {} : { from: next }),
          ...(writer === undefined ? {} : { writer }),
        });
        if (last.duplicate !== true) duplicates = false;
        if (next !== undefined) next += events.length;
      }

      /** An upload is no transaction: what comes before a line that does not fit stays. */
      async function appendFitting(events: readonly IngestEvent[]): Promise<void> {
        try {
          await appendAll(events);
        } catch (error) {
          if (events.length === 1 || !(error instanceof ApiRefusal) || error.failure.status !== 400) throw error;
          for (const event of events) await appendAll([event]);
        }
      }

      for await (const part of parts) {
        for (let start = 0; start < part.length; start += LIMITS.eventsPerAppend) {
          const events: IngestEvent[] = [];
          let refusal: unknown;
          for (const line of part.slice(start, start + LIMITS.eventsPerAppend)) {
            lines += 1;
            if (line.trim() === '') continue;
            try {
              const what = `line ${String(lines)}`;
              events.push(parse(ingestEventSchema, parseJson(line, what), what));
            } catch (error) {
              refusal = error;
              break;
            }
          }
          await appendFitting(events);
          if (refusal !== undefined) throw refusal;
        }
      }
      if (last === undefined) throw new ApiRefusal('invalid_payload', 'The upload holds no event.');
      const { epoch, sequence, cancelRequested }: AppendResponse = last;
      return { epoch, sequence, cancelRequested, ...(duplicates ? { duplicate: true } : {}) };
    },
  };
}

function parseJson(line: string, what: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new ApiRefusal('invalid_payload', `${what}: must be JSON`);
  }
}

function responseOf(result: AppendResult): AppendResponse {
  switch (result.kind) {
    case 'appended':
    case 'duplicate': {
      const { epoch, sequence, cancelRequested } = result;
      return { epoch, sequence, cancelRequested, ...(result.kind === 'duplicate' ? { duplicate: true } : {}) };
    }
    case 'gap':
      throw new ApiRefusal(
        'gap',
        `The log ends at ${String(result.sequence)}: events before these are missing; send on from ${String(result.sequence + 1)}.`,
        { sequence: result.sequence },
      );
    case 'conflict':
      throw new ApiRefusal(
        'conflict',
        `The log holds another event at ${String(result.at)} than the one sent: somebody else has written to this job. It ends at ${String(result.sequence)}.`,
        { sequence: result.sequence },
      );
    case 'fenced':
      throw fenced();
    case 'finished':
      throw finished();
    case 'invalid':
      throw new ApiRefusal('invalid_payload', result.message);
    case 'missing':
      throw jobNotFound();
  }
}

export function fenced(): ApiRefusal {
  return new ApiRefusal('fenced', 'Another worker has taken the job over; stop working on it.');
}

export function finished(): ApiRefusal {
  return new ApiRefusal('finished', 'The job has ended; nothing can be appended to it.');
}
