/** Which web pages may speak with the server. */
export type IsAllowedOrigin = (origin: string | undefined) => boolean;

const LOCALHOST = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/**
 * `origins`: exact ones in lower case; null: localhost with any port. An absent origin is allowed, since it is no
 * browser's; `null`, as of a sandboxed frame or a file, is not.
 */
export function allowOrigins(origins: readonly string[] | null): IsAllowedOrigin {
  return (origin) => {
    if (origin === undefined) return true;
    const asked = origin.toLowerCase();
    return origins === null ? LOCALHOST.test(asked) : origins.includes(asked);
  };
}
