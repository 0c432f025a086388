/** Where a hold listens: a Unix socket in the lock's folder, or a named pipe on Windows. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const HOLD_SOCKET = /^([0-9a-f-]{36})\.sock$/;
/** Bytes of a path that every system takes for a socket; a longer one Node cuts off without a word. */
const LONGEST_PATH = 100;

/** Calls `run` with an address that holds only meanwhile: to listen on it or to connect to it takes no longer. */
export function withHoldAddress<Result>(folder: string, id: string, run: (address: string) => Result): Result {
  if (process.platform === 'win32') return run(`\\\\.\\pipe\\regen-${id}`);
  const path = socketPath(folder, id);
  if (Buffer.byteLength(path) <= LONGEST_PATH) return run(path);
  const place = mkdtempSync(join(tmpdir(), 'regen-'));
  try {
    const link = join(place, 'l');
    symlinkSync(folder, link);
    const short = socketPath(link, id);
    if (Buffer.byteLength(short) > LONGEST_PATH) throw new Error(`${short} is too long for a socket.`);
    return run(short);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

export function removeHoldSocket(folder: string, id: string): void {
  if (process.platform !== 'win32') rmSync(socketPath(folder, id), { force: true });
}

function socketPath(folder: string, id: string): string {
  return join(folder, `${id}.sock`);
}
