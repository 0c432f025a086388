import { chmodSync, mkdirSync } from 'node:fs';

/** Makes a folder that only its owner may enter, and closes one that is there to others. Throws what the system says. */
export function ensurePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}
