/** Answers of the HTTP API as HTTP. */
import { httpStatusOf, type ApiResult } from '@regen/realtime-core';
import type { HttpError } from '@regen/realtime-shared';

/** JSON; of an error with `Retry-After` where it says when. */
function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
}

export function errorAnswer(error: HttpError): Response {
  const { retryAfterMs } = error;
  return jsonAnswer(
    httpStatusOf(error.code),
    { error },
    retryAfterMs === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) },
  );
}

export function answerOf<Body>(result: ApiResult<Body, number>): Response {
  return 'error' in result ? errorAnswer(result.error) : jsonAnswer(result.status, result.body);
}
