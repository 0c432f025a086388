import type { ApiResult, WorkerApi } from '@regen/realtime-core';
import {
  appendResponseSchema,
  cancelResponseSchema,
  createJobResponseSchema,
  describeIssues,
  heartbeatResponseSchema,
  httpErrorSchema,
  jobListResponseSchema,
  jobResponseSchema,
  resumeResponseSchema,
  takeoverResponseSchema,
} from '@regen/realtime-shared';
import { safeParse, type GenericSchema } from 'valibot';

/** The same API, whose every answer is held against its schema; what does not fit is told and passed on. */
export function checkedAnswers(workers: WorkerApi, onMisfit: (misfit: string) => void): WorkerApi {
  function checked<Request, Body, Status extends number>(
    name: string,
    schema: GenericSchema,
    call: (request: Request) => Promise<ApiResult<Body, Status>>,
  ) {
    return async (request: Request): Promise<ApiResult<Body, Status>> => {
      const answer = await call(request);
      const parsed = 'error' in answer ? safeParse(httpErrorSchema, answer.error) : safeParse(schema, answer.body);
      if (!parsed.success) onMisfit(`the answer to ${name}: ${describeIssues(parsed.issues)}`);
      return answer;
    };
  }
  return {
    ...workers,
    createJob: checked('createJob', createJobResponseSchema, workers.createJob),
    append: checked('append', appendResponseSchema, workers.append),
    appendLines: checked('appendLines', appendResponseSchema, workers.appendLines),
    heartbeat: checked('heartbeat', heartbeatResponseSchema, workers.heartbeat),
    takeover: checked('takeover', takeoverResponseSchema, workers.takeover),
    cancel: checked('cancel', cancelResponseSchema, workers.cancel),
    resume: checked('resume', resumeResponseSchema, workers.resume),
    get: checked('get', jobResponseSchema, workers.get),
    list: checked('list', jobListResponseSchema, workers.list),
  };
}
