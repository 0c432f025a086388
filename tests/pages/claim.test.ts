import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumArguments, findChromium } from '../../scripts/chromium.mjs';
import type { ClaimingPage } from './claimingPage.ts';

declare const page: ClaimingPage;

const ROUNDS = 8;
const PAGES = 3;
/** Long enough for each page to have got the word before the moment comes. */
const HEAD_START_MS = 150;

let server: ViteDevServer;
let browser: Browser;

beforeAll(async () => {
  server = await createServer({
    configFile: false,
    logLevel: 'error',
    cacheDir: 'node_modules/.vite/pages',
    resolve: { conditions: ['@regen/source', 'module', 'browser', 'development'] },
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
  });
  await server.listen();
  const executablePath = findChromium();
  browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: chromiumArguments(),
  });
}, 60_000);

afterAll(async () => {
  await browser.close();
  await server.close();
});

async function open(context: BrowserContext): Promise<Page> {
  const opened = await context.newPage();
  await opened.goto(`${server.resolvedUrls?.local[0] ?? ''}tests/pages/claimingPage.html`);
  await opened.waitForFunction(() => 'page' in globalThis);
  return opened;
}

/** What each of the pages gets when all of them claim in the same moment. */
function claimAtOnce(pages: readonly Page[]): Promise<readonly string[][]> {
  const at = Date.now() + HEAD_START_MS;
  return Promise.all(pages.map((each) => each.evaluate(async (moment) => [...(await page.claim(moment))], at)));
}

test('of pages that claim at once one gets everything, and what a living page holds no other takes', async () => {
  const context = await browser.newContext();
  let holder = await open(context);
  await holder.evaluate(() => {
    page.save(['a', 'b']);
  });
  let pages = await Promise.all(Array.from({ length: PAGES }, () => open(context)));
  expect((await claimAtOnce(pages)).flat()).toEqual([]);
  for (let round = 0; round < ROUNDS; round += 1) {
    // The page that has them ends without a word; of the others one takes its place.
    await holder.close({ runBeforeUnload: false });
    pages = pages.filter((each) => each !== holder);
    while (pages.length < PAGES) pages.push(await open(context));
    await expect.poll(() => pages[0]?.evaluate(() => page.left()), { timeout: 10_000 }).toBe(1);
    const claimed = await claimAtOnce(pages);
    expect(claimed.flat().toSorted()).toEqual(['a', 'b']);
    const winner = pages[claimed.findIndex((jobIds) => jobIds.length === 2)];
    if (winner === undefined) throw new Error('What belongs together was torn apart.');
    holder = winner;
  }
  await context.close();
}, 60_000);
