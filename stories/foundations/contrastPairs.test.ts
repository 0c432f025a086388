import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTRAST_PAIRS, worstContrasts } from './contrastPairs.ts';

const read = (file: string): string => readFileSync(join(process.cwd(), file), 'utf8');
const tokens = read('src/styles/tokens.css');
const press = read('stories/patterns/press.css');

/** The declarations of the brand's block with this selector. */
function declarations(selector: string): Record<string, string> {
  const start = press.indexOf(`${selector} {`);
  const body = press.slice(press.indexOf('{', start) + 1, press.indexOf('}', start));
  return Object.fromEntries(
    [...body.matchAll(/(--rg-[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

const light = declarations('\n.press');
const DARK = ".press:is([data-rg-theme='dark'], [data-rg-theme='dark'] *)";
const SYSTEM =
  ".press:is([data-rg-theme='system'], [data-rg-theme='system'] *, :not([data-rg-theme], [data-rg-theme] *))";
const dark = { ...light, ...declarations(DARK) };

test.each([
  ['the default theme, light', worstContrasts(tokens, 'light')],
  ['the default theme, dark', worstContrasts(tokens, 'dark')],
  ['the second brand, light', worstContrasts(tokens, 'light', light)],
  ['the second brand, dark', worstContrasts(tokens, 'dark', dark)],
])('%s: every pair that the page lists passes', (_theme, contrasts) => {
  expect(contrasts).toHaveLength(CONTRAST_PAIRS.length);
  expect(contrasts.filter(({ ratio, needed }) => ratio < needed)).toEqual([]);
});

test('the second brand is the same where its theme follows the system', () => {
  expect(declarations(DARK)).toHaveProperty('--rg-surface');
  expect(declarations(SYSTEM)).toEqual(declarations(DARK));
});

test('the second brand is another one, in both themes', () => {
  for (const brand of [light, dark]) expect(brand['--rg-surface']).toMatch(/^#/);
  expect(light['--rg-surface']).not.toBe(dark['--rg-surface']);
  expect(tokens).not.toContain(light['--rg-accent']);
});
