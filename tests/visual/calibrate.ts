import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { PNG } from 'pngjs';
import { type TestProject } from 'vitest/node';
import { chromiumArguments, findChromium } from '../../scripts/chromium.mjs';
import { CONTEXT } from './browserContext.ts';
import { differenceOf, EXACT, type Picture, type Shares } from './comparePictures.ts';
import { forgetRun, recordRun } from './runRecord.ts';
import { calibrationOf } from './tolerance.ts';

declare module 'vitest' {
  interface ProvidedContext {
    pictureTolerance: Shares;
  }
}

const BASELINE = 'tests/visual/baselines/calibration.png';
const PAGE = 'tests/visual/calibration/page.html';
const HOST = 'http://calibration.invalid/';
const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

function decode(png: Buffer): Picture {
  const { data, width, height } = PNG.sync.read(png);
  return { data, metadata: { width, height } };
}

/** Serves the page and its fonts from disk, without a network: packages of fonts.css become paths. */
async function serve(page: Page, root: string): Promise<void> {
  await page.route(`${HOST}**`, async (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === '/') {
      const body = `<!doctype html><link rel="stylesheet" href="/.storybook/fonts.css"><body style="margin:0">${readFileSync(join(root, PAGE), 'utf8')}`;
      return route.fulfill({ contentType: 'text/html; charset=utf-8', body });
    }
    const text = readFileSync(join(root, path));
    const body =
      path === '/.storybook/fonts.css' ? text.toString().replaceAll("@import '@", "@import '/node_modules/@") : text;
    return route.fulfill({ contentType: TYPES[extname(path)] ?? 'application/octet-stream', body });
  });
}

async function photograph(root: string): Promise<Buffer> {
  const executablePath = findChromium();
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: chromiumArguments() });
  try {
    const page = await browser.newPage(CONTEXT);
    await serve(page, root);
    await page.goto(HOST);
    await page.evaluate(() => document.fonts.ready);
    return await page.locator('.calibration').screenshot({ animations: 'disabled' });
  } finally {
    await browser.close();
  }
}

async function tolerance(project: TestProject): Promise<Shares> {
  const root = project.config.root;
  const file = join(root, BASELINE);
  const actual = await photograph(root);
  if (project.config.snapshotOptions.updateSnapshot === 'all') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
    console.log('calibration: baseline written; every picture is compared exactly');
    return EXACT;
  }
  let reference;
  try {
    reference = readFileSync(file);
  } catch (cause) {
    throw new Error(`calibration: ${BASELINE} is missing. Write all baselines with: npm run test:visual -- --update`, {
      cause,
    });
  }
  const calibration = calibrationOf(differenceOf(decode(reference), decode(actual)));
  switch (calibration.kind) {
    case 'same':
      console.log('calibration: this machine draws as the baselines were drawn; pictures must be equal to the pixel');
      return calibration.tolerance;
    case 'different':
      console.log(`calibration: another Chromium or other fonts: ${calibration.description}`);
      return calibration.tolerance;
    case 'unusable': {
      const seen = join(root, '.vitest-attachments', 'calibration-actual.png');
      mkdirSync(dirname(seen), { recursive: true });
      writeFileSync(seen, actual);
      throw new Error(`calibration: ${calibration.description}, so no picture can be judged here. See ${seen}.`);
    }
  }
}

/** Vitest's global set-up of the projects with pictures: nothing of the product is photographed before this. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  forgetRun(project);
  project.provide('pictureTolerance', await tolerance(project));
  return () => recordRun(project);
}
