import { chmodSync, lstatSync, mkdirSync } from 'node:fs';

/** Makes a folder that only its owner may enter, and closes one that is there to others. Throws what the system says. */
export function ensurePrivateFolder(folder: string): void {
  refuseLink(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}

/** Throws where the folder is a link: what it leads to is somebody else's, and neither closed, read nor written to. */
export function refuseLink(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  throw new Error(
    `${folder} is a link, and what it leads to is not used. Remove the link, or put a folder in its place.`,
  );
}
