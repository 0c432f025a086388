/**
 * The address under which mock-socket finds a server: `http://n7.mock.invalid` becomes `ws://n7.mock.invalid/socket.io/`.
 * A path of the URL's own wins over `path`. Throws a TypeError for what is no absolute URL.
 */
export function mockSocketUrl(url: string, path = '/socket.io'): string {
  const parsed = new URL(url.replace(/^http/, 'ws'));
  const pathname = parsed.pathname === '/' ? path : parsed.pathname;
  return `${parsed.protocol}//${parsed.host}${pathname.replace(/\/?$/, '/')}`;
}
