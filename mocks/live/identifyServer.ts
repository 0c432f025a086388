import { httpErrorSchema, jobListResponseSchema } from '@regen/realtime-shared';
import * as v from 'valibot';

/**
 * `absent`: nothing takes the call. `unreadable`: something does, and keeps its answers from this page: a browser does
 * not tell a server that lets other origins in from what is no server of ours. `notThisServer`: what it answers is not
 * of this API. `production`: it takes no users at their word. `unable`: it says that it cannot do its work at present.
 */
export type ServerAnswer = 'absent' | 'unreadable' | 'notThisServer' | 'production' | 'unable' | 'takesUsers';

const refusalSchema = v.object({ error: httpErrorSchema });

/** What is at `url`, as far as a page can tell, by a list of the jobs of a user. `signal` gives it up as `absent`. */
export async function identifyServer(url: string, authorization: string, signal: AbortSignal): Promise<ServerAnswer> {
  const answer = await fetch(`${url}/v1/jobs?limit=1`, { cache: 'no-store', headers: { authorization }, signal }).catch(
    () => null,
  );
  if (answer === null) return (await takesCalls(url, signal)) ? 'unreadable' : 'absent';
  const body: unknown = await answer.json().catch(() => null);
  if (answer.status === 200 && v.is(jobListResponseSchema, body)) return 'takesUsers';
  if (!v.is(refusalSchema, body)) return 'notThisServer';
  if (answer.status === 401) return 'production';
  return answer.status >= 500 ? 'unable' : 'notThisServer';
}

/** Whether anything answers, also what this page may not read. */
function takesCalls(url: string, signal: AbortSignal): Promise<boolean> {
  return fetch(`${url}/healthz`, { mode: 'no-cors', cache: 'no-store', signal }).then(
    () => true,
    () => false,
  );
}
