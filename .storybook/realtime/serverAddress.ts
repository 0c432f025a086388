/** The address of the live server: kept in the browser, and in a story's address where it is another than the usual one. */
import { UPDATE_GLOBALS } from 'storybook/internal/core-events';
import { addons } from 'storybook/preview-api';
import { DEFAULT_SERVER_URL } from '../../src/services/realtime/socketClient.ts';

const KEY = 'regen-storybook:server';
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

/** The server that a story uses: of its address, else the one that was chosen last in this browser, else the usual one. */
export function chosenAddress(written: string): string {
  return addressFromGlobals(written) ?? addressOf(stored() ?? '') ?? DEFAULT_SERVER_URL;
}

/** Every story uses this server from now on. */
export function chooseAddress(address: string): void {
  try {
    localStorage.setItem(KEY, address);
  } catch {
    // The story's address has it.
  }
  addons.getChannel().emit(UPDATE_GLOBALS, { globals: { server: addressInGlobals(address) ?? '' } });
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
