/** What comes in over HTTP, read within bounds. What exceeds them is refused by an `ApiRefusal`. */
import { ApiRefusal } from '@regen/realtime-core';
import { LIMITS, type Clock, type ClockTimer } from '@regen/realtime-shared';

/** How long a body, or one line of a long upload, may take to arrive; ms. */
export const ARRIVAL_MS = 30_000;

const NEWLINE = 10;

const tooLarge = (what: string): ApiRefusal =>
  new ApiRefusal(
    'payload_too_large',
    `${what} may be ${String(LIMITS.bodyBytes)} bytes long (limit bodyBytes); send it in parts.`,
  );

const invalid = (message: string): ApiRefusal => new ApiRefusal('invalid_payload', message);

const tooSlow = (what: string): ApiRefusal =>
  invalid(`body: ${what} must arrive within ${String(ARRIVAL_MS / 1_000)} s (limit arrival)`);

/** The body as JSON; undefined where there is none. */
export async function readJson(request: Request, clock: Clock): Promise<unknown> {
  requirePlain(request);
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > LIMITS.bodyBytes) throw tooLarge('A body');
  const parts: Uint8Array[] = [];
  let length = 0;
  const arrival = createDeadline(clock, () => tooSlow('all of it'));
  arrival.start();
  try {
    for await (const part of chunksOf(request, arrival)) {
      length += part.length;
      if (length > LIMITS.bodyBytes) throw tooLarge('A body');
      parts.push(part);
    }
  } finally {
    arrival.stop();
  }
  if (length === 0) return undefined;
  const type = request.headers.get('content-type');
  if (type !== null && !/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) {
    throw invalid('Content-Type: must be application/json');
  }
  try {
    return JSON.parse(decode(parts)) as unknown;
  } catch {
    throw invalid('body: must be JSON in UTF-8');
  }
}

/** The lines of a long upload, those together that have arrived together. */
export async function* readLines(request: Request, clock: Clock): AsyncGenerator<readonly string[]> {
  requirePlain(request);
  let line: Uint8Array[] = [];
  let length = 0;
  const arrival = createDeadline(clock, () => tooSlow('a line'));

  function take(bytes: Uint8Array): void {
    length += bytes.length;
    if (length > LIMITS.bodyBytes) throw tooLarge('A line');
    line.push(bytes);
  }

  function finish(): string {
    const text = decode(line);
    line = [];
    length = 0;
    arrival.stop();
    return text;
  }

  try {
    for await (const part of chunksOf(request, arrival)) {
      const lines: string[] = [];
      let refusal: unknown;
      let from = 0;
      try {
        for (let end = part.indexOf(NEWLINE); end !== -1; end = part.indexOf(NEWLINE, from)) {
          take(part.subarray(from, end));
          from = end + 1;
          lines.push(finish());
        }
        take(part.subarray(from));
      } catch (error) {
        refusal = error;
      }
      if (length > 0) arrival.start();
      if (lines.length > 0) yield lines;
      // What comes before a line that does not fit stays.
      if (refusal !== undefined) throw refusal;
    }
    if (length > 0) yield [finish()];
  } finally {
    arrival.stop();
  }
}

/** A compressed body could be a thousand times as large as it says. */
function requirePlain(request: Request): void {
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    throw invalid('Content-Encoding: none is taken; send the body as it is');
  }
}

function decode(parts: readonly Uint8Array[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw invalid('body: must be UTF-8');
  }
}

interface Deadline {
  /** Without effect while it runs. */
  start(): void;
  stop(): void;
  /** What is to be done when the time is over; once. */
  onPassed(act: () => void): void;
  /** Throws the refusal where it is. */
  check(): void;
}

function createDeadline(clock: Clock, refusal: () => ApiRefusal): Deadline {
  let timer: ClockTimer | undefined;
  let isPassed = false;
  let tell = (): void => undefined;
  return {
    start: () => {
      timer ??= clock.setTimeout(() => {
        isPassed = true;
        tell();
      }, ARRIVAL_MS);
    },
    stop: () => {
      clock.clearTimeout(timer);
      timer = undefined;
    },
    onPassed: (act) => {
      tell = act;
    },
    check: () => {
      if (isPassed) throw refusal();
    },
  };
}

async function* chunksOf(request: Request, arrival: Deadline): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  const reader = request.body.getReader();
  const cancel = (): void => {
    reader.cancel().catch(() => undefined);
  };
  arrival.onPassed(cancel);
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        arrival.check();
        throw invalid('body: broke off');
      });
      arrival.check();
      if (done) return;
      yield value;
    }
  } finally {
    cancel();
  }
}
