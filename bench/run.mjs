/**
 * `npm run bench`: what a text that grows costs the main thread, for the library, for a page written by hand and for
 * the text as a React state, in the same run and in turns. Writes `bench/results.json`.
 *
 * `-- --quick` takes fewer and shorter samples, and writes nothing.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { format, resolveConfig } from 'prettier';
import { build, preview } from 'vite';
import { chromiumArguments, findChromium } from '../scripts/chromium.mjs';
import { round, summarize } from './statistics.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const isQuick = process.argv.includes('--quick');
const REPEATS = isQuick ? 3 : 5;
const STREAM_MS = isQuick ? 1_000 : 3_000;
const TOKENS_PER_SECOND = 1_000;
const CONTENDERS = ['streamText', 'byHand', 'state'];
const LENGTHS = [10_000, 100_000, 1_000_000];
/** UI-1 and UI-2 of the measures. A ratio, since times are those of one machine. */
const GROWTH_GOAL = 1.5;
const FLOOR_GOAL = 1.15;

/** @typedef {{ mainThreadMs: number, scriptMs: number, layoutMs: number, longestFrameMs: number, elapsedMs: number }} Sample */

/** @param {string} folder */
async function buildPage(folder) {
  await build({
    root: join(here, 'page'),
    configFile: join(here, '..', 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true, reportCompressedSize: false },
  });
}

/**
 * @param {import('playwright').Browser} browser
 * @param {string} url
 * @param {string} contender
 * @param {number} length
 * @returns {Promise<Sample>}
 */
async function sample(browser, url, contender, length) {
  const page = await browser.newPage({ viewport: { width: 800, height: 600 } });
  try {
    await page.goto(url);
    await page.waitForFunction(() => 'bench' in window);
    await page.evaluate(([name, size]) => window.bench.prepare(name, size), /** @type {const} */ ([contender, length]));
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    await session.send('HeapProfiler.collectGarbage');
    const before = await metrics(session);
    const outcome = await page.evaluate(
      ([rate, duration]) => window.bench.stream(rate, duration),
      /** @type {const} */ ([TOKENS_PER_SECOND, STREAM_MS]),
    );
    const after = await metrics(session);
    if (!outcome.isRight) throw new Error(`${contender} at ${String(length)}: the page does not show what was sent.`);
    /** @param {string} name */
    const costOf = (name) =>
      round((((after.get(name) ?? 0) - (before.get(name) ?? 0)) * 1_000 * 1_000) / outcome.tokens);
    return {
      mainThreadMs: costOf('TaskDuration'),
      scriptMs: costOf('ScriptDuration'),
      layoutMs: costOf('LayoutDuration'),
      longestFrameMs: round(outcome.longestFrameMs),
      elapsedMs: round(outcome.elapsedMs),
    };
  } finally {
    await page.close();
  }
}

/** @param {import('playwright').CDPSession} session */
async function metrics(session) {
  const answer = await session.send('Performance.getMetrics');
  return new Map(answer.metrics.map(({ name, value }) => [name, value]));
}

/** @param {Map<string, Sample[]>} samples */
function summaries(samples) {
  return CONTENDERS.flatMap((contender) =>
    LENGTHS.map((length) => {
      const own = samples.get(`${contender} ${String(length)}`) ?? [];
      /** @param {keyof Sample} name */
      const of = (name) => summarize(own.map((one) => one[name]));
      return {
        contender,
        length,
        mainThreadMs: of('mainThreadMs'),
        scriptMs: of('scriptMs'),
        layoutMs: of('layoutMs'),
        longestFrameMs: of('longestFrameMs'),
        elapsedMs: of('elapsedMs'),
      };
    }),
  );
}

/** @param {number} value @param {number} width */
const cell = (value, width) => value.toFixed(1).padStart(width);

/** @param {ReturnType<typeof summaries>} rows */
function printTable(rows) {
  console.log(`\nMain thread, ms for 1,000 tokens at ${String(TOKENS_PER_SECOND)} tokens/s; median and middle half`);
  console.log('                   length    median   middle half        script   layout   longest frame');
  for (const { contender, length, mainThreadMs, scriptMs, layoutMs, longestFrameMs } of rows) {
    const [low = 0, high = 0] = mainThreadMs.interquartileRange;
    console.log(
      contender.padEnd(14) +
        String(length).padStart(11) +
        cell(mainThreadMs.median, 10) +
        `${cell(low, 9)} –${cell(high, 7)}` +
        cell(scriptMs.median, 10) +
        cell(layoutMs.median, 9) +
        cell(longestFrameMs.median, 13) +
        ' ms',
    );
  }
}

async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'regen-bench-'));
  const executablePath = findChromium();
  await buildPage(folder);
  const server = await preview({
    root: join(here, 'page'),
    configFile: false,
    logLevel: 'warn',
    build: { outDir: folder },
    preview: { port: 0, host: '127.0.0.1' },
  });
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: chromiumArguments(),
  });
  try {
    const url = server.resolvedUrls?.local[0];
    if (url === undefined) throw new Error('The page is not served.');
    /** @type {Map<string, Sample[]>} */
    const samples = new Map();
    for (let repeat = 1; repeat <= REPEATS; repeat += 1) {
      for (const length of LENGTHS) {
        for (const contender of CONTENDERS) {
          const key = `${contender} ${String(length)}`;
          const one = await sample(browser, url, contender, length);
          samples.set(key, [...(samples.get(key) ?? []), one]);
          console.log(`${String(repeat)}/${String(REPEATS)}  ${key}: ${one.mainThreadMs.toFixed(1)} ms`);
        }
      }
    }
    return { rows: summaries(samples), browser: browser.version() };
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const { rows, browser } = await run();
printTable(rows);
/** @param {string} contender @param {number} length */
const costOf = (contender, length) =>
  rows.find((row) => row.contender === contender && row.length === length)?.mainThreadMs.median ?? Number.NaN;
const ratios = {
  growth: round(costOf('streamText', 1_000_000) / costOf('streamText', 10_000)),
  toByHand: round(costOf('streamText', 100_000) / costOf('byHand', 100_000)),
  // A short text by hand is as little as a browser can do: a task for each token and a paint for each frame.
  toFloor: round(costOf('streamText', 100_000) / costOf('byHand', 10_000)),
  toState: round(costOf('streamText', 100_000) / costOf('state', 100_000)),
};
console.log(`
UI-2  1 MB to 10 KB:                      ${String(ratios.growth)} (goal: at most ${String(GROWTH_GOAL)})
UI-1  100 KB to the floor, 10 KB by hand: ${String(ratios.toFloor)} (goal: at most ${String(FLOOR_GOAL)})
      100 KB to the same by hand:         ${String(ratios.toByHand)}
      100 KB to a React state:            ${String(ratios.toState)}`);
if (!isQuick) {
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${process.platform} ${release()}`,
    node: process.version,
    chromium: browser,
  };
  const settings = { tokensPerSecond: TOKENS_PER_SECOND, streamMs: STREAM_MS, repeats: REPEATS };
  const results = { machine, settings, ratios, streamedText: rows };
  const path = join(here, 'results.json');
  const options = { ...(await resolveConfig(path)), filepath: path };
  writeFileSync(path, await format(JSON.stringify(results, null, 2), options));
  console.log('\nWritten to bench/results.json.');
}
// The floor is a few ms away from the goal, less than what else a machine does: it is told and judges nothing.
process.exitCode = ratios.growth <= GROWTH_GOAL ? 0 : 1;
