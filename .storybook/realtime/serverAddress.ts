/** The address of a live server as people type it, and as it stands in a story's address. */
const WRITTEN = /^(https?)_([a-z0-9.-]+?)(?:_(\d{1,5}))?$/;

/** What a person typed as an address without a path; null where it is none. */
export function addressOf(text: string): string | null {
  const typed = text.trim();
  try {
    const url = new URL(/^\w+:\/\//.test(typed) ? typed : `http://${typed}`);
    const isPlain = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
    return isPlain && addressInGlobals(url.origin) !== null ? url.origin : null;
  } catch {
    return null;
  }
}

/** As it may stand in a story's address, where Storybook takes letters, digits, `-` and `_`; null for what has no such form. */
export function addressInGlobals(address: string): string | null {
  const written = address.replace('://', '_').replace(':', '_').replaceAll('.', '__');
  return addressFromGlobals(written) === address ? written : null;
}

/** The address that `addressInGlobals` wrote; null for anything else. */
export function addressFromGlobals(written: string): string | null {
  const [, scheme, host, port] = WRITTEN.exec(written.replaceAll('__', '.')) ?? [];
  if (scheme === undefined || host === undefined) return null;
  return `${scheme}://${host}${port === undefined ? '' : `:${port}`}`;
}

/** What starts a server in development at an address of this machine. */
export function startCommand(address: string): string {
  const { port } = new URL(address);
  return ['', '3000'].includes(port) ? 'npm run dev:realtime' : `PORT=${port} npm run dev:realtime`;
}
