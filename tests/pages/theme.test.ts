import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumArguments, findChromium } from '../../scripts/chromium.mjs';

const read = (file: string): string => readFileSync(join(process.cwd(), file), 'utf8');
const STYLES = ['tokens', 'reset', 'card'].map((name) => read(`src/styles/${name}.css`)).join('\n');
const BRAND = read('stories/patterns/press.css');
const LIGHT = '#fffaf0';
const DARK = '#211a16';
let browser: Browser;

beforeAll(async () => {
  const executablePath = findChromium();
  browser = await chromium.launch({ ...(executablePath && { executablePath }), args: chromiumArguments() });
}, 60_000);

afterAll(async () => {
  await browser?.close();
});

/** A computed property of the element with the id "it", in a page on a system of this scheme. */
async function computed(colorScheme: 'light' | 'dark', html: string, property: string): Promise<string> {
  const page = await browser.newPage({ colorScheme });
  await page.setContent(`<!doctype html><style>${STYLES}\n${BRAND}</style>${html}`);
  const value = await page
    .locator('#it')
    .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
  await page.close();
  return value.trim();
}

test.each<[colorScheme: 'light' | 'dark', html: string, surface: string]>([
  ['light', '<div class="press"><p data-rg id="it">', LIGHT],
  ['dark', '<div class="press"><p data-rg id="it">', DARK],
  ['dark', '<div data-rg-theme="light"><div class="press"><p data-rg id="it">', LIGHT],
  ['dark', '<div data-rg-theme="light" class="press"><p data-rg id="it">', LIGHT],
  ['dark', '<div data-rg-theme="system"><div class="press"><p data-rg id="it">', DARK],
  ['dark', '<div data-rg-theme="system" class="press"><p data-rg id="it">', DARK],
  ['light', '<div data-rg-theme="system" class="press"><p data-rg id="it">', LIGHT],
  ['light', '<div data-rg-theme="dark"><div class="press"><p data-rg id="it">', DARK],
  ['light', '<div data-rg-theme="dark" class="press"><p data-rg id="it">', DARK],
])('the brand as it is shown, on a %s system, in %s: %s', async (colorScheme, html, surface) => {
  expect(await computed(colorScheme, html, '--rg-surface')).toBe(surface);
});

test('a text has the colour of the page where it stands on no surface of ours, and ours where it does', async () => {
  const text = '<div data-rg class="rg-stream" id="it">Text</div>';
  const page = (content: string): string => `<div style="background: #fff; color: #111">${content}</div>`;
  const ink = await computed('dark', page('<p data-rg id="it">'), 'color');
  expect(await computed('dark', page(text), 'color')).toBe('rgb(17, 17, 17)');
  expect(await computed('dark', page(`<div data-rg>${text}</div>`), 'color')).toBe(ink);
  expect(ink).not.toBe('rgb(17, 17, 17)');
});

test('a card brings its surface, so that its colours are those that they were made for', async () => {
  const card = '<div style="background: #fff"><article data-rg class="rg-job" id="it">';
  expect(await computed('dark', card, 'background-color')).not.toBe('rgba(0, 0, 0, 0)');
  expect(await computed('dark', card, 'background-color')).not.toBe(await computed('light', card, 'background-color'));
});
