/** What the browser tests stand on: a real server, a worker, and Chromium with the built web app. */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { expect, inject, onTestFinished, vi } from 'vitest';
import { chromiumArguments, findChromium } from '../../scripts/chromium.mjs';
import { DEVELOPMENT_WORKER_KEY } from '../../server/config.ts';
import { createJobPublisher, type JobPublisher, type PublishedJob } from '../../server/worker/index.ts';
import { freePort } from '../redis/redisProcess.ts';
import { startServerProcess, type ServerProcess } from '../server/serverProcess.ts';
import { damageOf, hashOf, numberedWords } from './numberedText.ts';

/** How long a test waits for anything; ms. */
export const PATIENCE_MS = 40_000;
const WORD_EVERY_MS = 5;

/** A server in a process of its own that can be killed and started again on its port. */
export interface TestServer {
  readonly port: number;
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  said(): string;
}

export async function startTestServer(environment: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const port = await freePort();
  let running: ServerProcess | null = null;
  const start = async (): Promise<void> => {
    running = startServerProcess({ PORT: String(port), LOG_LEVEL: 'warn', ...environment });
    await running.says(/origins .*\n/);
  };
  await start();
  onTestFinished(() => running?.kill());
  return {
    port,
    url: `http://localhost:${String(port)}`,
    start,
    kill: async () => {
      await running?.kill();
    },
    said: () => running?.said() ?? '',
  };
}

export interface TestBrowser {
  browser: Browser;
  /** A browser of one person; its pages are tabs. */
  person(options?: { token?: string }): Promise<Person>;
}

export interface Person {
  context: BrowserContext;
  /** Opens the app in a tab, at a job where one is given. */
  open(jobId?: string): Promise<AppTab>;
}

export interface AppTab {
  page: Page;
  /** What the job's text on the screen is now, to the last character. */
  text(jobId: string): Promise<string>;
  /** Resolves when the screen has at least so many code units of the text. */
  hasText(jobId: string, length: number): Promise<void>;
  /** How often the text on this tab's screen became another than what it was plus more. */
  rewinds(): Promise<number>;
  reload(): Promise<void>;
  /** What the console said that is an error, besides the browser's own words for a connection that is refused. */
  errors(): readonly string[];
}

/** The app connects to `http://localhost:3000`, as it is built; that name leads to `port` in this browser. */
export async function launchBrowser(port: number): Promise<TestBrowser> {
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [...chromiumArguments(), `--host-resolver-rules=MAP localhost:3000 127.0.0.1:${String(port)}`],
  });
  onTestFinished(() => browser.close());

  async function person({ token = 'dev:ann' }: { token?: string } = {}): Promise<Person> {
    const context = await browser.newContext();
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(watchText);
    await context.addInitScript((first) => {
      // What the person signed in as later stays.
      if (localStorage.getItem('auth:token') === null) localStorage.setItem('auth:token', first);
    }, token);
    return { context, open: (jobId) => openTab(context, jobId) };
  }

  return { browser, person };
}

async function openTab(context: BrowserContext, jobId?: string): Promise<AppTab> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/ERR_(CONNECTION|INTERNET|EMPTY|NETWORK)/.test(message.text())) {
      errors.push(message.text());
    }
  });
  let rewinds = 0;
  const counted = (): Promise<number> => page.evaluate(() => (globalThis as unknown as Watched).rewinds);
  await page.goto(`${inject('appUrl')}${jobId === undefined ? '' : `#${jobId}`}`);
  const place = (id: string) => page.locator(`[data-text="${id}"]`);
  return {
    page,
    text: async (id) => (await place(id).textContent()) ?? '',
    hasText: async (id, length) => {
      await page.waitForFunction(
        ([name, least]) =>
          (document.querySelector(`[data-text="${String(name)}"]`)?.textContent ?? '').length >= Number(least),
        [id, length] as const,
      );
    },
    rewinds: async () => rewinds + (await counted()),
    reload: async () => {
      rewinds += await counted();
      await page.reload();
    },
    errors: () => errors,
  };
}

interface Watched {
  rewinds: number;
}

/** Runs in the page: looks at every change of a text that is on the screen. */
function watchText(): void {
  const watched = globalThis as unknown as Watched;
  watched.rewinds = 0;
  const before = new Map<string, string>();
  new MutationObserver(() => {
    for (const element of document.querySelectorAll('[data-text]')) {
      const id = element.getAttribute('data-text') ?? '';
      const text = element.textContent ?? '';
      if (!text.startsWith(before.get(id) ?? '')) watched.rewinds += 1;
      before.set(id, text);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

/** A worker that writes a numbered text, word by word, until it is told to stop. */
export interface WritingWorker {
  readonly jobId: string;
  readonly job: PublishedJob;
  readonly publisher: JobPublisher;
  /** Words that were written so far. */
  written(): number;
  /** Resolves when so many more are in the server's log. */
  writes(words: number): Promise<void>;
  /** Stops in the middle. */
  fail(error: { code: string; message: string; retryable: boolean }): Promise<void>;
  /** Takes the job over and writes on. */
  goOn(jobId: string): Promise<void>;
  /** Ends the text and completes the job. Resolves to the whole text once the server has it. */
  finish(): Promise<string>;
}

export async function startWriting(url: string, jobId: string, ownerId = 'ann'): Promise<WritingWorker> {
  const publisher = createJobPublisher({ url, workerKey: DEVELOPMENT_WORKER_KEY, settings: { heartbeatMs: 1_000 } });
  onTestFinished(publisher.close);
  const words = numberedWords(100_000);
  let count = 0;
  let job = await publisher.create({ jobId, ownerId, title: `Report ${jobId}`, steps: [{ id: 'writing' }] });
  job.started();
  job.step('writing');
  let writing = write();

  function write(): { stop(): Promise<void> } {
    let isEnding = false;
    const done = (async () => {
      while (!isEnding) {
        await job.write(words[count] ?? '');
        count += 1;
        await new Promise((resolve) => setTimeout(resolve, WORD_EVERY_MS));
      }
    })();
    // A cancel ends it; whoever stops it hears of anything else.
    done.catch(() => undefined);
    return {
      stop: () => {
        isEnding = true;
        return done;
      },
    };
  }

  return {
    jobId,
    get job() {
      return job;
    },
    publisher,
    written: () => count,
    writes: async (more) => {
      const target = count + more;
      await vi.waitUntil(() => count >= target, { timeout: PATIENCE_MS, interval: 10 });
      await job.flush();
    },
    fail: async (error) => {
      await writing.stop();
      await job.fail(error);
    },
    goOn: async (id) => {
      job = await publisher.takeOver({ jobId: id });
      job.resumed();
      writing = write();
    },
    finish: async () => {
      await writing.stop();
      await job.complete();
      return words.slice(0, count).join('');
    },
  };
}

/** A server, a worker that writes, and a person who watches it. */
export async function watchWriting(jobId: string, environment: Readonly<Record<string, string>> = {}) {
  const server = await startTestServer(environment);
  const { person } = await launchBrowser(server.port);
  const worker = await startWriting(server.url, jobId);
  const someone = await person();
  const tab = await someone.open(jobId);
  await tab.hasText(jobId, 300);
  return { server, worker, someone, tab };
}

/** The whole text is on the screen, by hash, with each word once and in its place. */
export async function expectWhole(tab: AppTab, worker: WritingWorker, whole: string): Promise<void> {
  await tab.page
    .getByRole('article', { name: `Report ${worker.jobId}` })
    .first()
    .getByText('Completed')
    .first()
    .waitFor();
  const shown = await tab.text(worker.jobId);
  expect(damageOf(shown, worker.written())).toEqual({ lost: 0, doubled: 0, reordered: 0 });
  expect(hashOf(shown)).toBe(hashOf(whole));
}
