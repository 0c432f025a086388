import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { globalTypes, initialGlobals } from '../../.storybook/globals.ts';

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
