/** Saved sessions as files, one a record: what a process that is killed leaves for the next one. */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { SessionStore } from '../../../../src/services/realtime/ports.ts';
import { ensurePrivateFolder, refuseLink } from './privateFolder.ts';

const RECORD = '.record';
const TEMPORARY = '.tmp';
/** What a process that was killed while it wrote left behind is removed after this; ms. */
const TEMPORARY_MS = 60_000;

/**
 * A store in `folder`, which is made at the first write and is its owner's alone. A file holds exactly the text of one
 * record, and its name is the record's key; it is replaced as a whole or not at all, also by a crash or a power failure.
 * `get`, `set` and `keys` throw what the file system says.
 */
export function createSessionFiles(folder: string): SessionStore {
  /** Removed, and unlinked at the end of this turn. */
  const leaving = new Set<string>();
  /** The last record could not be written. */
  let isFailing = false;

  function fileOf(key: string): string {
    refuseLink(folder);
    return join(folder, `${nameOf(key)}${RECORD}`);
  }

  // A record that is taken over is removed and then written into another. Killed between the two, or on a full disk, a
  // process would lose it; so its file goes last, and stays where nothing could take its place.
  function unlinkLeaving(): void {
    process.off('exit', unlinkLeaving);
    const keys = isFailing ? [] : [...leaving];
    leaving.clear();
    for (const key of keys) {
      try {
        rmSync(fileOf(key), { force: true });
      } catch {
        // It is found, and told of, when records are claimed again.
      }
    }
  }

  function replace(file: string, text: string): void {
    const temporary = join(folder, `${randomUUID()}${TEMPORARY}`);
    try {
      const descriptor = openSync(temporary, 'wx', 0o600);
      try {
        writeFileSync(descriptor, text);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    syncFolder(folder);
  }

  return {
    get: (key) => (leaving.has(key) ? null : unlessMissing(null, () => readFileSync(fileOf(key), 'utf8'))),
    set: (key, value) => {
      isFailing = true;
      ensurePrivateFolder(folder);
      replace(fileOf(key), value);
      isFailing = false;
      leaving.delete(key);
    },
    remove: (key) => {
      if (leaving.size === 0) {
        isFailing = false;
        queueMicrotask(unlinkLeaving);
        // A turn that ends the process has no end of its own.
        process.on('exit', unlinkLeaving);
      }
      leaving.add(key);
    },
    keys: () => {
      refuseLink(folder);
      const names = unlessMissing([], () => readdirSync(folder));
      sweep(folder, names);
      return names.map(keyOf).filter((key) => key !== null && !leaving.has(key)) as string[];
    },
  };
}

/**
 * Every key has one name, which every file system takes: what is not a small letter, a digit or one of `.` `_` `-` is
 * percent-encoded, so that two keys are never two spellings of one name where case does not count.
 */
function nameOf(key: string): string {
  return [...Buffer.from(key, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[a-z0-9._-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

/** Null where a file is none of ours. */
function keyOf(file: string): string | null {
  if (!file.endsWith(RECORD)) return null;
  const name = file.slice(0, -RECORD.length);
  try {
    const key = decodeURIComponent(name);
    return nameOf(key) === name ? key : null;
  } catch {
    return null;
  }
}

function sweep(folder: string, names: readonly string[]): void {
  for (const name of names) {
    if (!name.endsWith(TEMPORARY)) continue;
    const file = join(folder, name);
    try {
      if (Date.now() - statSync(file).mtimeMs > TEMPORARY_MS) rmSync(file, { force: true });
    } catch {
      // Another process swept it, or it stays until the next time.
    }
  }
}

/** A name outlives a power failure once its folder is written too. Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function unlessMissing<Result>(missing: Result, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return missing;
    throw error;
  }
}
