import type { CreateJobRequest, IngestEvent } from '@regen/realtime-shared';
import type { AppendResult, CreateResult, JobLog } from '../log/jobLog.ts';

export const chunk = (text: string): IngestEvent => ({ type: 'model:chunk:v1', text });
export const chunks = (count: number, text = 'x'): IngestEvent[] => Array.from({ length: count }, () => chunk(text));

export type Created = Extract<CreateResult, { writer: string }>;

/** Creates a job of `ann` and expects that there was none. */
export async function createJob(log: JobLog, request: Partial<CreateJobRequest> = {}): Promise<Created> {
  const result = await log.create({ jobId: 'job-1', ownerId: 'ann', title: 'A job', ...request });
  if (result.kind !== 'created') throw new Error(`created expected, not ${result.kind}`);
  return result;
}

export async function append(log: JobLog, jobId: string, ...events: IngestEvent[]): Promise<AppendResult> {
  const result = await log.append({ jobId, events });
  if (result.kind !== 'appended') throw new Error(`appended expected, not ${JSON.stringify(result)}`);
  return result;
}
