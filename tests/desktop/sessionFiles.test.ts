import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSessionFiles } from '../../apps/desktop/src/services/sessionFiles.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const KEY = 'regen:session:http://localhost:3000/ m1-Abc';
const modeOf = (path: string): number => statSync(path).mode & 0o777;
/** What is removed leaves the disk at the end of the turn. */
const turn = (): Promise<void> => Promise.resolve();

test('a record comes back under its key, from this store and from another on the same folder', () => {
  const folder = join(temporaryFolder(), 'own');
  const store = createSessionFiles(folder);
  expect(store.get(KEY)).toBeNull();
  expect(store.keys()).toEqual([]);
  store.set(KEY, 'one');
  store.set(KEY, 'two \u{1F600} ü');
  for (const each of [store, createSessionFiles(folder)]) {
    expect(each.get(KEY)).toBe('two \u{1F600} ü');
    expect(each.keys()).toEqual([KEY]);
  }
  expect(readdirSync(folder)).toHaveLength(1);
});

test('the file holds the text and nothing else, and its name is one that every file system takes', () => {
  const folder = temporaryFolder();
  const store = createSessionFiles(folder);
  const keys = [KEY, 'regen:session:é/\\?*"<>|', 'a', 'A', '%41', '..'];
  for (const key of keys) store.set(key, `text of ${key}`);
  const files = readdirSync(folder);
  for (const file of files) expect(file).toMatch(/^[a-z0-9._%-]+\.record$/);
  expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(keys.length);
  expect(files.map((file) => readFileSync(join(folder, file), 'utf8')).toSorted()).toEqual(
    keys.map((key) => `text of ${key}`).toSorted(),
  );
  expect(store.keys().toSorted()).toEqual(keys.toSorted());
});

test('what is removed is gone at once, and its file at the end of the turn, after what is written meanwhile', async () => {
  const folder = temporaryFolder();
  const store = createSessionFiles(folder);
  store.set(KEY, 'old');
  store.remove(KEY);
  store.remove('never there');
  expect(store.get(KEY)).toBeNull();
  expect(store.keys()).toEqual([]);
  store.set('other', 'what was taken over');
  expect(readdirSync(folder)).toHaveLength(2);
  await turn();
  expect(createSessionFiles(folder).keys()).toEqual(['other']);
});

test('what is written again in the turn in which it was removed stays', async () => {
  const store = createSessionFiles(temporaryFolder());
  store.set(KEY, 'old');
  store.remove(KEY);
  store.set(KEY, 'new');
  await turn();
  expect(store.get(KEY)).toBe('new');
});

test('what is removed stays where what was to take its place could not be written', async () => {
  const folder = temporaryFolder();
  const store = createSessionFiles(folder);
  store.set('one', 'text');
  mkdirSync(join(folder, 'other.record', 'in the way'), { recursive: true });
  store.remove('one');
  expect(() => {
    store.set('other', 'text');
  }).toThrow();
  await turn();
  expect(store.get('one')).toBe('text');
  store.remove('one');
  await turn();
  expect(store.get('one')).toBeNull();
});

test('files and folder are the user’s alone under any umask, also a folder that was open to others', () => {
  const user = temporaryFolder();
  chmodSync(user, 0o755);
  const folder = join(user, 'own');
  const before = process.umask(0);
  try {
    const store = createSessionFiles(folder);
    store.set(KEY, 'text');
    expect(modeOf(folder)).toBe(0o700);
    chmodSync(folder, 0o777);
    store.set(KEY, 'text');
  } finally {
    process.umask(before);
  }
  expect(modeOf(folder)).toBe(0o700);
  expect(readdirSync(folder).map((file) => modeOf(join(folder, file)))).toEqual([0o600]);
  expect(modeOf(user)).toBe(0o755);
});

test('where no folder can be, to make a store throws nothing, and each use says what the system says', async () => {
  const folder = join(temporaryFolder(), 'file');
  writeFileSync(folder, '');
  const store = createSessionFiles(folder);
  expect(() => store.keys()).toThrow('ENOTDIR');
  expect(() => store.get(KEY)).toThrow('ENOTDIR');
  expect(() => {
    store.set(KEY, 'text');
  }).toThrow('EEXIST');
  store.remove(KEY);
  await turn();
});

test('a folder that is a link is neither read, written to nor closed to others', async () => {
  const foreign = join(temporaryFolder(), 'foreign');
  const there = createSessionFiles(foreign);
  there.set(KEY, 'text');
  chmodSync(foreign, 0o755);
  const folder = join(temporaryFolder(), 'own');
  symlinkSync(foreign, folder);
  const store = createSessionFiles(folder);
  for (const use of [() => store.keys(), () => store.get(KEY), () => store.set(KEY, 'other')]) {
    expect(use).toThrow(`${folder} is a link`);
  }
  store.remove(KEY);
  await turn();
  expect(there.get(KEY)).toBe('text');
  expect(modeOf(foreign)).toBe(0o755);
  rmSync(foreign, { recursive: true });
  expect(() => store.set(KEY, 'text')).toThrow(`${folder} is a link`);
});

test('what cannot take its place leaves the record before it and nothing else', () => {
  const folder = temporaryFolder();
  const store = createSessionFiles(folder);
  store.set(KEY, 'text');
  const [file = ''] = readdirSync(folder);
  const blocked = join(folder, file.replace('localhost', 'otherhost'));
  mkdirSync(join(blocked, 'in the way'), { recursive: true });
  expect(() => {
    store.set(KEY.replace('localhost', 'otherhost'), 'text');
  }).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(folder).filter((name) => !name.endsWith('.record'))).toEqual([]);
  expect(store.get(KEY)).toBe('text');
});

test('of what killed writers left, only what is old is swept, and no file of others is touched or listed', () => {
  const folder = temporaryFolder();
  const store = createSessionFiles(folder);
  const others = ['young.tmp', 'notes.txt', 'UPPER.record', '%zz.record', 'a%2e.record'];
  for (const name of ['old.tmp', ...others]) writeFileSync(join(folder, name), '');
  const old = Date.now() / 1_000 - 120;
  for (const name of ['old.tmp', 'notes.txt']) utimesSync(join(folder, name), old, old);
  expect(store.keys()).toEqual([]);
  expect(readdirSync(folder).toSorted()).toEqual(others.toSorted());
});
