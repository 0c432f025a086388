/** What a client asked for when it opened the connection, before anything of Socket.IO exists. */
export interface MockRequest {
  url: string;
  query: Readonly<Record<string, string>>;
  /** The client's `extraHeaders`, with lower-case names. A browser could not set them; there is no network to forbid it. */
  headers: Readonly<Record<string, string>>;
}

/** mock-socket has no place for headers, so they travel beside the socket. */
const headersOf = new WeakMap<object, Readonly<Record<string, string>>>();

export function rememberHeaders(socket: object, headers: Readonly<Record<string, string>>): void {
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  headersOf.set(socket, Object.fromEntries(lowerCase));
}

export function requestOf(socket: { readonly url: string }): MockRequest {
  return {
    url: socket.url,
    query: Object.fromEntries(new URL(socket.url).searchParams),
    headers: headersOf.get(socket) ?? {},
  };
}

/** Why Engine.IO refuses a request; `undefined` if it does not. Upgrades from polling do not exist here: no `sid`. */
export function protocolRefusal({ query }: MockRequest): string | undefined {
  if (query['transport'] !== 'websocket') return 'Transport unknown';
  if (query['sid'] !== undefined) return 'Session ID unknown';
  if (query['EIO'] !== '4') return 'Unsupported protocol version';
  return undefined;
}
