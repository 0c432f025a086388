/** Which live server stories use: kept in the browser, and in a story's address. */
import { UPDATE_GLOBALS } from 'storybook/internal/core-events';
import { addons } from 'storybook/preview-api';
import { DEFAULT_SERVER_URL } from '../../src/services/realtime/socketClient.ts';
import { addressFromGlobals, addressInGlobals, addressOf } from './serverAddress.ts';

const KEY = 'regen-storybook:server';

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
