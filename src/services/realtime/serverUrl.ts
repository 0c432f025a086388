/** The address of a server: what the client connects to, and what its saved records are told apart by. */
import { RealtimeError } from './errors.ts';

const PROTOCOLS: readonly string[] = ['http:', 'https:', 'ws:', 'wss:'];

/**
 * `url` in the one form in which two spellings of an address are the same text. Throws `invalid_usage` where it is not
 * the whole address of a server.
 */
export function serverUrlOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !PROTOCOLS.includes(parsed.protocol)) {
    throw new RealtimeError(
      'invalid_usage',
      `The option "url" is ${JSON.stringify(url)}, which is not the address of a server, so there is nothing to ` +
        'connect to. Give the whole address, for example "https://realtime.example.com" or "http://localhost:3000".',
    );
  }
  // Neither who signs in nor a place on the page belongs to a server.
  return `${parsed.origin}${parsed.pathname}${parsed.search}`;
}
