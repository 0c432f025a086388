import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import config, { preset } from '../../tailwind.config.ts';

const here = new URL('.', import.meta.url);
const sheets = readdirSync(here).filter((name) => name.endsWith('.css'));
const read = (name: string): string => readFileSync(new URL(name, here), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
const all = sheets.map(read).join('\n');
const declared = new Set([...all.matchAll(/(--rg-[\w-]+):/g)].map(([, name]) => name));

/** Left to brands: without them the host page's font is inherited. */
const OPTIONAL = ['--rg-font-sans', '--rg-font-readout', '--rg-ground'];

function missing(source: string): string[] {
  const used = [...source.matchAll(/var\((--rg-[\w-]+)/g)].map(([, name]) => name ?? '');
  return [...new Set(used)].filter((name) => !declared.has(name) && !OPTIONAL.includes(name));
}

test('every token that a style sheet uses exists', () => {
  expect(sheets.length).toBeGreaterThan(5);
  expect(missing(all)).toEqual([]);
});

test("every token of Tailwind's theme exists, and its preset for apps takes no name that is theirs", () => {
  expect(missing(JSON.stringify(config))).toEqual([]);
  const names = Object.values(preset.theme?.extend ?? {}).flatMap((group) => Object.keys(group as object));
  expect(names).toContain('rg-surface');
  expect(names.filter((name) => !name.startsWith('rg-'))).toEqual([]);
});

test('colours are written in tokens.css alone', () => {
  const elsewhere = sheets
    .filter((name) => name !== 'tokens.css')
    .map(read)
    .join('\n');
  // A mask's black is no colour: it says how much is seen.
  const colours = [...elsewhere.matchAll(/#[\da-f]{3,8}\b|\brgba?\(|\bhsla?\(/gi)].map(([found]) => found);
  expect(colours.filter((found) => !/^#000[\da-f]?$/.test(found))).toEqual([]);
});

test('no selector or function that minifiers for older browsers turn into something else', () => {
  expect(all).not.toMatch(/:dir\(|light-dark\(/);
});

test('nothing is said of elements that are not ours', () => {
  const reset = read('reset.css');
  const selectors = [...reset.matchAll(/(^|\})\s*([^{}]+)\{/g)].map(([, , selector]) => selector ?? '');
  expect(selectors.filter((selector) => !selector.includes('data-rg'))).toEqual([]);
});
