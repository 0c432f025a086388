/** What a publisher connects with; what can never work is refused before anything is tried. */
import { PublishError } from './errors.ts';

const PROTOCOLS: readonly string[] = ['http:', 'https:'];
/** What fits into a header, and is there what it was before. */
const VISIBLE = /^[\x21-\x7e]+$/;

/** A caller without types may give anything, as a variable of the environment that is not set. */
function isVisible(text: unknown): boolean {
  return typeof text === 'string' && VISIBLE.test(text);
}

/** Throws `invalid_usage` where there are none, as a caller without types may leave them out. */
export function requireOptions(options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  throw new PublishError(
    'invalid_usage',
    'A publisher needs the address of its server and a key, for example ' +
      'createJobPublisher({ url: "http://localhost:3000", workerKey: "dev-worker-key" }).',
  );
}

/** `url` without what does not belong to the address of a server. Throws `invalid_usage` where it is none. */
export function serverUrlOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !PROTOCOLS.includes(parsed.protocol)) {
    throw new PublishError(
      'invalid_usage',
      `The option "url" is ${JSON.stringify(url)}, which is not the address of a server, so there is nowhere to ` +
        'publish to. Give the whole address, for example "https://realtime.example.com" or "http://localhost:3000".',
    );
  }
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
}

/** Throws `invalid_usage` where the key can be none of a server. It is a secret: no message shows it. */
export function requireWorkerKey(workerKey: string): void {
  if (isVisible(workerKey)) return;
  throw new PublishError(
    'invalid_usage',
    'The option "workerKey" is missing or empty, or holds a space, a line break or a character that no key has. Give one of the ' +
      'keys in WORKER_KEY of the server; in development that is "dev-worker-key".',
  );
}

/** Throws `refused` where the server would take a key for another one, or none. */
export function requireIdempotencyKey(key: string): void {
  if (isVisible(key) && key.length <= 256) return;
  throw new PublishError(
    'refused',
    `The idempotencyKey is ${JSON.stringify(key)}; it must be 1 to 256 characters of ASCII without a space.`,
  );
}
