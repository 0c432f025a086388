import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { chromiumArguments, findChromium } from '../../scripts/chromium.mjs';
import { openBuiltStorybook, type BuiltStorybook } from './builtStorybook.ts';

const LIMIT = { timeout: 60_000 };
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 900 };
/** A parser's words in the place of a type. */
const KINDS = ['union', 'intersection', 'signature', 'literal', 'enum', 'tuple', 'unknown', 'any', '-', ''];

const files = readdirSync(join(process.cwd(), 'stories'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.mdx'),
);
let storybook: BuiltStorybook;
let browser: Browser;
/** One for all that is read: each load after the first costs half. */
let reader: Page;
/** What went wrong in the page: errors on the console, errors that nothing caught, requests to elsewhere. */
let problems: string[];
/** Resolves with the first of them. */
let broken: Promise<void>;
let report: (problem: string) => void;

beforeAll(async () => {
  const executablePath = findChromium();
  storybook = await openBuiltStorybook();
  browser = await chromium.launch({ ...(executablePath && { executablePath }), args: chromiumArguments() });
  reader = await openPage();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await storybook?.close();
});

beforeEach(() => {
  const found: string[] = [];
  problems = found;
  broken = new Promise((resolve) => {
    report = (problem) => {
      found.push(problem);
      resolve();
    };
  });
});

/** A page of the browser; what goes wrong in it is among the `problems` of the test that runs. */
async function openPage(): Promise<Page> {
  const opened = await browser.newPage({ viewport: WIDE, reducedMotion: 'reduce' });
  opened.on('console', (message) => {
    if (message.type() === 'error') report(message.text());
  });
  opened.on('pageerror', (error) => {
    report(`not caught: ${error.message}`);
  });
  opened.on('request', (request) => {
    const url = request.url();
    if (/^(https?|wss?):/.test(url) && !url.startsWith(storybook.url)) report(`asks for ${url}`);
  });
  return opened;
}

/** Runs in the page: its text is there, and each of its stories has a stage. */
function isDrawn(): boolean {
  const stories = [...document.querySelectorAll('.docs-story')];
  return (
    document.querySelector('.regen-docs h1') !== null &&
    stories.every((story) => story.querySelector('[data-stage]') !== null)
  );
}

/** Runs in the page: what is wider than its place. Code and tables scroll by themselves. */
function cutAtTheSide(): string[] {
  return [document.documentElement, ...document.querySelectorAll('[data-stage], .regen-page, .player-strip')]
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    .map(({ className, scrollWidth, clientWidth }) => `${className}: ${scrollWidth} px in ${clientWidth} px`);
}

/** Runs in the page: stages of what stands in a page's flow that hide its end. A fullscreen one is a screen, and scrolls. */
function cutBelow(): string[] {
  return [...document.querySelectorAll('.docs-story [data-stage][data-padded]:not(:has(> .regen-played))')]
    .filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight)
    .map(({ scrollHeight, clientHeight }) => `${scrollHeight} px in ${clientHeight} px`);
}

/** Opens the page of an MDX file. Resolves when it is drawn and its effects have run, or once something went wrong. */
async function open(page: Page, file: string, globals = ''): Promise<void> {
  const entry = storybook.docs.find(({ importPath }) => importPath === `./stories/${file}`);
  if (entry === undefined) throw new Error(`Storybook lists no page for ${file}.`);
  await page.goto(`${storybook.url}/iframe.html?viewMode=docs&id=${entry.id}&globals=${globals}`, {
    waitUntil: 'commit',
  });
  const drawn = page.waitForFunction(isDrawn);
  await Promise.race([drawn, broken]);
  // What broke may never be drawn.
  drawn.catch(() => undefined);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

test.each(files)(
  '%s is drawn without an error, says the types of props and fits a narrow screen',
  LIMIT,
  async (file) => {
    await reader.setViewportSize(WIDE);
    await open(reader, file);
    expect(problems).toEqual([]);
    expect(await reader.evaluate(cutBelow)).toEqual([]);

    const props = reader.locator('h2#props + div tbody tr');
    const types = await props.locator('td:nth-child(2) > div:last-child').allInnerTexts();
    expect(types).toHaveLength(await props.count());
    expect(types.filter((type) => KINDS.includes(type))).toEqual([]);
    expect(types.length > 0).toBe(file.startsWith('components'));

    await reader.setViewportSize(NARROW);
    expect(await reader.evaluate(cutAtTheSide)).toEqual([]);
  },
);

test('a page that logs an error, throws or asks for something elsewhere would be found', LIMIT, async () => {
  const page = await openPage();
  await page.addInitScript(() => {
    requestAnimationFrame(() => {
      fetch('http://elsewhere.invalid/').catch(() => undefined);
      window.console.error('planted');
      reportError(new Error('planted'));
    });
  });
  await open(page, 'foundations/Motion.mdx');
  expect(problems).toEqual(
    expect.arrayContaining(['planted', 'not caught: planted', 'asks for http://elsewhere.invalid/']),
  );
  // What the browser still says of the request belongs to this page, and to no later test.
  await page.close();
});

test('a page of documentation follows the theme of the toolbar', LIMIT, async () => {
  await open(reader, 'introduction/States.mdx', 'theme:dark');
  expect(await reader.locator('.regen-docs').getAttribute('data-rg-theme')).toBe('dark');
  await reader.evaluate(() => {
    const { __STORYBOOK_ADDONS_CHANNEL__: channel } = window as unknown as {
      __STORYBOOK_ADDONS_CHANNEL__: { emit(event: string, change: { globals: Record<string, string> }): void };
    };
    channel.emit('updateGlobals', { globals: { theme: 'light' } });
  });
  await reader.locator('.regen-docs[data-rg-theme=light]').waitFor();
  expect(problems).toEqual([]);
});
