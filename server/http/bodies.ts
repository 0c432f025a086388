/** What comes in over HTTP, read within bounds. */
import { LIMITS, type HttpError } from '@regen/realtime-shared';

export class BodyRefusal extends Error {
  override readonly name = 'BodyRefusal';
  readonly error: HttpError;
  constructor(error: HttpError) {
    super(error.message);
    this.error = error;
  }
}

const tooLarge = (what: string): BodyRefusal =>
  new BodyRefusal({
    code: 'payload_too_large',
    message: `${what} may be ${String(LIMITS.bodyBytes)} bytes long (limit bodyBytes); send it in parts.`,
  });

function invalid(message: string): BodyRefusal {
  return new BodyRefusal({ code: 'invalid_payload', message });
}

/** The body as JSON; undefined where there is none. Throws a `BodyRefusal`. */
export async function readJson(request: Request): Promise<unknown> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > LIMITS.bodyBytes) throw tooLarge('A body');
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of chunksOf(request)) {
    length += part.length;
    if (length > LIMITS.bodyBytes) throw tooLarge('A body');
    parts.push(part);
  }
  if (length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(concat(parts, length))) as unknown;
  } catch {
    throw invalid('body: must be JSON in UTF-8');
  }
}

/** The lines of a long upload, those together that have arrived together. Throws a `BodyRefusal`. */
export async function* readLines(request: Request): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  const decode = (part?: Uint8Array): string => {
    try {
      return part === undefined ? decoder.decode() : decoder.decode(part, { stream: true });
    } catch {
      throw invalid('body: must be UTF-8');
    }
  };
  for await (const part of chunksOf(request)) {
    const lines = (rest + decode(part)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LIMITS.bodyBytes) throw tooLarge('A line');
    if (lines.length > 0) yield lines;
  }
  rest += decode();
  if (rest !== '') yield [rest];
}

async function* chunksOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
