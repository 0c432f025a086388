import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contrast, readTokens, resolveColor, type Theme } from './tokenColors.ts';

const source = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** WCAG 2.2: 1.4.3 for text, 1.4.11 for what is drawn. */
const TEXT = 4.5;
const DRAWN = 3;

const SURFACES = ['--rg-surface', '--rg-raised', '--rg-sunken'];
const SOFT = ['--rg-warning-soft', '--rg-danger-soft'];

/** Each token with the surfaces that it is used on and what it must reach there. */
const PAIRS: readonly (readonly [token: string, grounds: readonly string[], needed: number])[] = [
  ['--rg-ink', [...SURFACES, ...SOFT], TEXT],
  ['--rg-ink-2', [...SURFACES, ...SOFT], TEXT],
  ['--rg-ink-3', SURFACES, TEXT],
  ['--rg-ink-3', SOFT, DRAWN],
  ['--rg-edge', ['--rg-surface', '--rg-raised', ...SOFT], DRAWN],
  ['--rg-accent', [...SURFACES, ...SOFT], TEXT],
  ['--rg-on-accent', ['--rg-accent', '--rg-accent-hover'], TEXT],
  ['--rg-success', SURFACES, TEXT],
  ['--rg-warning', [...SURFACES, '--rg-warning-soft'], TEXT],
  ['--rg-danger', [...SURFACES, '--rg-danger-soft'], TEXT],
];

const ROWS = (['light', 'dark'] as const).flatMap((theme) =>
  PAIRS.flatMap(([token, grounds, needed]) => grounds.map((ground) => [theme, token, ground, needed] as const)),
);

test.each(ROWS)('%s: %s stands out from %s by %s', (theme, token, ground, needed) => {
  const tokens = readTokens(source, theme);
  expect(contrast(resolveColor(tokens, token), resolveColor(tokens, ground))).toBeGreaterThanOrEqual(needed);
});

test('a mix is computed as the design wrote it down', () => {
  const hex = (theme: Theme, token: string): string => {
    const channels = resolveColor(readTokens(source, theme), token).map((channel) => Math.round(channel * 255));
    return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
  };
  const table: readonly (readonly [token: string, light: string, dark: string])[] = [
    ['--rg-raised', '#ffffff', '#1f2122'],
    ['--rg-sunken', '#f7f7f7', '#151718'],
    ['--rg-ink-2', '#46484a', '#afb2b3'],
    ['--rg-ink-3', '#626466', '#8d8f90'],
    ['--rg-edge', '#858788', '#797b7c'],
    ['--rg-track', '#c5c6c7', '#47494a'],
    ['--rg-line', '#e2e2e3', '#2e3031'],
    ['--rg-warning-soft', '#fff9f0', '#302c26'],
    ['--rg-danger-soft', '#fff2ef', '#322625'],
  ];
  expect(table.map(([token]) => [token, hex('light', token), hex('dark', token)])).toEqual(table);
});

test('black on white is 21, and a colour on itself 1', () => {
  expect(contrast([0, 0, 0], [1, 1, 1])).toBeCloseTo(21, 5);
  expect(contrast([0.2, 0.4, 0.6], [0.2, 0.4, 0.6])).toBe(1);
});

test('following the system gives the same dark as asking for it', () => {
  expect(readTokens(source, 'system-dark')).toEqual(readTokens(source, 'dark'));
});

test('the host page keeps its own color-scheme', () => {
  expect(source.replaceAll(/\/\*[\s\S]*?\*\//g, '')).not.toMatch(/(^|[\s;{])color-scheme:/);
});
