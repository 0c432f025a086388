/** Who is refused before anything is looked at: pages of other origins, and names that are not this server's. */
import { isIP } from 'node:net';
import type { IsAllowedOrigin } from './origins.ts';

/** Why a request with these headers is refused; undefined: it is not. */
export type WhyForeign = (headers: { origin: string | undefined; host: string | undefined }) => string | undefined;

const ORIGIN_WORDS = 'Pages of this origin may not call this server; add it to ALLOWED_ORIGINS.';
const HOST_WORDS =
  'In development this server answers to localhost, 127.0.0.1, [::1] and what HOST names, and to no other name.';

export function refuseForeign(isAllowedOrigin: IsAllowedOrigin, isAllowedHost: IsAllowedHost): WhyForeign {
  return ({ origin, host }) => {
    if (!isAllowedHost(host)) return HOST_WORDS;
    return isAllowedOrigin(origin) ? undefined : ORIGIN_WORDS;
  };
}

export type IsAllowedHost = (host: string | undefined) => boolean;

const LOCAL = ['localhost', '127.0.0.1', '[::1]'];
const EVERYWHERE = ['0.0.0.0', '::'];

/**
 * In development tokens prove nothing. A page of any site can have its own name lead to this machine, and then no origin
 * tells it from a page of this server: the name does. `host`: where the server listens, null for loopback. On all
 * addresses each is allowed, since an address is nobody's name. Who names none is no browser.
 */
export function allowHosts(host: string | null): IsAllowedHost {
  const own = host === null ? [] : [isIP(host) === 6 ? `[${host}]` : host.toLowerCase()];
  const names = [...LOCAL, ...own];
  const isEverywhere = host !== null && EVERYWHERE.includes(host);
  return (asked) => {
    if (asked === undefined) return true;
    const name = asked.toLowerCase().replace(/:\d{1,5}$/, '');
    return names.includes(name) || (isEverywhere && isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0);
  };
}
