/** Asks the server's demo agent. */

/** Why a question was not taken; the message says what to do. */
class AskError extends Error {
  override readonly name = 'AskError';
}

/** Resolves to the id of the job that answers. Rejects with an error in words for the person; then there may be no such job. */
export async function ask(serverUrl: string, token: string | null, prompt: string): Promise<string> {
  const response = await fetch(new URL('/v1/demo/jobs', serverUrl), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ prompt }),
  }).catch((cause: unknown) => {
    throw new AskError(
      `Nothing answers at ${new URL(serverUrl).origin}. Your question is still in the field: start the server with ` +
        '“npm run dev:realtime” and ask again.',
      { cause },
    );
  });
  const body = (await response.json().catch(() => ({}))) as { jobId?: unknown; error?: { message?: unknown } };
  if (response.ok && typeof body.jobId === 'string') return body.jobId;
  if (response.status === 404) {
    throw new AskError('This server has no demo agent: it runs in production. Ask one that runs in development.');
  }
  if (response.status === 401) throw new AskError('Your sign-in is not valid any more. Sign in again, then ask again.');
  const said = body.error?.message;
  throw new AskError(typeof said === 'string' ? said : `The server answered ${String(response.status)}. Ask again.`);
}
