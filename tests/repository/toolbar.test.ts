import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { globalTypes, initialGlobals } from '../../.storybook/globals.ts';
import { addressFromGlobals, addressInGlobals, addressOf } from '../../.storybook/realtime/serverAddress.ts';

interface Toolbar {
  items: readonly { title: string; value: unknown }[];
}

const folder = join(process.cwd(), 'stories');
const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.mdx'))
  .map((file) => /^# (.+)$/m.exec(readFileSync(join(folder, file), 'utf8'))?.[1]);
const controls = Object.values(globalTypes).map(({ description = '', toolbar }) => ({
  name: description,
  choices: (toolbar as Toolbar).items.map(({ title }) => title),
}));

test('every page of documentation has a name of its own', () => {
  expect(pages).not.toContain(undefined);
  expect(new Set(pages).size).toBe(pages.length);
});

test.each(controls)('the control $name of the toolbar shares its name with no page, control or choice', ({ name }) => {
  expect(name).not.toBe('');
  expect(pages).not.toContain(name);
  expect(controls.filter((control) => control.name === name)).toHaveLength(1);
  expect(controls.flatMap(({ choices }) => choices)).not.toContain(name);
});

test.each(Object.entries(globalTypes))(
  'the choices of %s are what Storybook reads of them in an address',
  (name, { toolbar }) => {
    const values = (toolbar as Toolbar).items.map(({ value }) => value);
    // What looks like a number is one.
    expect(values.filter((value) => typeof value === 'string' && Number.isFinite(Number(value)))).toEqual([]);
    expect(values).toContain(initialGlobals[name as keyof typeof initialGlobals]);
  },
);

test('the start page says what each control of the toolbar does, in its order', () => {
  const [, table = ''] = readFileSync(join(folder, 'introduction', 'Start.mdx'), 'utf8').split(
    "'Control', 'What it does'",
  );
  const rows = [...(table.split('/>')[0] ?? '').matchAll(/\[\s*'(\w+)',/g)].map(([, name]) => name);
  // The theme's own is addon-themes'.
  expect(rows).toEqual(['Theme', ...controls.map(({ name }) => name)]);
});

test.each([
  ['http://localhost:3000', 'http_localhost_3000'],
  ['https://realtime.example.com', 'https_realtime__example__com'],
  ['http://127.0.0.1:8080', 'http_127__0__0__1_8080'],
  ['https://a-b.example:8443', 'https_a-b__example_8443'],
])('%s stands in the address of a story, in letters that Storybook keeps', (address, written) => {
  expect(addressInGlobals(address)).toBe(written);
  expect(written).toMatch(/^[\w-]+$/);
  expect(addressFromGlobals(written)).toBe(address);
});

test('an address of a server is taken as people type it, and nothing else is', () => {
  expect(addressOf(' localhost:4000 ')).toBe('http://localhost:4000');
  expect(addressOf('https://Realtime.example.com/')).toBe('https://realtime.example.com');
  for (const other of [
    '',
    'no address',
    'http://a/path',
    'ftp://a',
    'http://me@a',
    'http://[::1]:3000',
    'http://a?b',
  ]) {
    expect(addressOf(other)).toBeNull();
  }
});
