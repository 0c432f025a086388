/** Asks the server's demo agent. */

/** Why a question was not taken; the message says what to do. */
class AskError extends Error {
  override readonly name = 'AskError';
}

export interface Question {
  prompt: string;
  /** The same again is the same question: a repeat after a lost answer makes no second job. */
  key: string;
}

/** How long an answer is waited for; ms. */
const DEADLINE_MS = 15_000;

export function createQuestion(prompt: string): Question {
  const key = [...crypto.getRandomValues(new Uint8Array(12))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  return { prompt: prompt.trim(), key };
}

/**
 * Resolves to the id of the job that answers. Rejects with an error in words for the person; then there may be such a
 * job all the same, which the same question again gives.
 */
export async function ask(
  serverUrl: string,
  token: string | null,
  { prompt, key }: Question,
  signal: AbortSignal,
): Promise<string> {
  const answer = await answerTo(serverUrl, token, { prompt, key }, signal);
  const { status, body } = answer;
  if (status < 300 && typeof body.jobId === 'string') return body.jobId;
  if (status === 404) {
    throw new AskError('This server has no demo agent: it runs in production. Ask one that runs in development.');
  }
  if (status === 401) throw new AskError('Your sign-in is not valid any more. Sign in again, then ask again.');
  const said = body.error?.message;
  throw new AskError(typeof said === 'string' ? said : `The server answered ${String(status)}. Ask again.`);
}

interface Answer {
  status: number;
  body: { jobId?: unknown; error?: { message?: unknown } };
}

async function answerTo(
  serverUrl: string,
  token: string | null,
  { prompt, key }: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort();
  }, DEADLINE_MS);
  const abort = (): void => {
    deadline.abort();
  };
  signal.addEventListener('abort', abort);
  try {
    const response = await fetch(new URL('/v1/demo/jobs', serverUrl), {
      method: 'POST',
      headers: headersFor(token, key),
      body: JSON.stringify({ prompt }),
      signal: deadline.signal,
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  } catch (cause) {
    if (cause instanceof AskError) throw cause;
    throw new AskError(whyNot(new URL(serverUrl), deadline.signal.aborted), { cause });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** Why no answer came, and what to do. */
function whyNot({ origin, port }: URL, isTooLate: boolean): string {
  if (!navigator.onLine)
    return 'There is no network. Your question is still in the field: ask again once there is one.';
  if (isTooLate) return `${origin} takes too long to answer. Your question is still in the field: ask again.`;
  const command = port === '' ? '' : ` with “PORT=${port} npm run dev:realtime”`;
  return `Nothing answers at ${origin}. Your question is still in the field: start the server${command} and ask again.`;
}

function headersFor(token: string | null, key: string): Headers {
  const headers = new Headers({ 'content-type': 'application/json', 'idempotency-key': key });
  try {
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
  } catch (cause) {
    throw new AskError('Your sign-in has characters that no server takes. Sign in again, then ask again.', { cause });
  }
  return headers;
}
