import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { addressInGlobals } from '../../.storybook/realtime/serverAddress.ts';
import { chromiumArguments, findChromium } from '../../scripts/chromium.mjs';
import { DEVELOPMENT_WORKER_KEY, readConfig } from '../../server/config.ts';
import { startServer, type RunningServer } from '../../server/index.ts';
import { openBuiltStorybook, type BuiltStorybook } from '../repository/builtStorybook.ts';
import { startServerProcess, type ServerProcess } from '../server/serverProcess.ts';

/** Real time, as long as a scenario takes; and a busy machine. */
const LIMIT_MS = 180_000;
/** What Chromium itself says of a server that is not there. */
const REFUSED = /net::ERR_CONNECTION_REFUSED/;

let storybook: BuiltStorybook;
let browser: Browser;
let server: RunningServer;
const processes: ServerProcess[] = [];
const started: RunningServer[] = [];
const others: Server[] = [];

beforeAll(async () => {
  const executablePath = findChromium();
  storybook = await openBuiltStorybook();
  browser = await chromium.launch({ ...(executablePath && { executablePath }), args: chromiumArguments() });
  server = await startDevelopmentServer();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await Promise.all(started.map((other) => other.close()));
  for (const other of others) other.close();
  await storybook?.close();
  await Promise.all(processes.map((other) => other.kill()));
});

async function startDevelopmentServer(): Promise<RunningServer> {
  const running = await startServer(readConfig({ PORT: '0' }), { logger: pino({ level: 'silent' }) });
  started.push(running);
  return running;
}

/** What pages have at a server of their own. */
interface ServerWatched extends RunningServer {
  controlStreams(): number;
  /** Why each connection that is over has ended. */
  readonly ends: readonly string[];
}

async function startWatchedServer(): Promise<ServerWatched> {
  const running = await startDevelopmentServer();
  let controlStreams = 0;
  const ends: string[] = [];
  running.io.httpServer.on('request', ({ url, method }: IncomingMessage, response: ServerResponse) => {
    if (method !== 'GET' || url?.startsWith('/v1/control') !== true) return;
    controlStreams += 1;
    response.once('close', () => {
      controlStreams -= 1;
    });
  });
  running.io.on('connection', (socket) => {
    socket.once('disconnect', (reason) => ends.push(reason));
  });
  return { ...running, controlStreams: () => controlStreams, ends };
}

/** The address of what is no server of ours. */
async function startOther(other: Server): Promise<string> {
  others.push(other);
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  return `http://localhost:${String((other.address() as AddressInfo).port)}`;
}

/** A page of the browser, with what it complained of and which jobs it made. */
interface Seen {
  page: Page;
  complaints: string[];
  jobs: string[];
}

async function openPage(): Promise<Seen> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  page.setDefaultTimeout(LIMIT_MS);
  const complaints: string[] = [];
  const jobs: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(`not caught: ${error.message}`));
  page.on('request', (request) => {
    if (request.method() !== 'POST' || !request.url().endsWith('/v1/jobs')) return;
    const { jobId } = request.postDataJSON() as { jobId: string };
    jobs.push(jobId);
  });
  return { page, complaints, jobs };
}

function addressOf(storyId: string, globals: string, viewMode = 'story'): string {
  return `${storybook.url}/iframe.html?viewMode=${viewMode}&id=${storyId}&globals=${globals}`;
}

async function goLive({ page }: Seen, storyId: string, url = server.url, viewMode?: string): Promise<void> {
  await page.goto(addressOf(storyId, `realtime:live;server:${String(addressInGlobals(url))}`, viewMode), {
    waitUntil: 'commit',
  });
}

/** What stands in the story's page, without the names of a run and how long things took. */
async function wordsOf(page: Page): Promise<string> {
  const words = await page.locator('.regen-page').first().innerText();
  return words.replace(/\.[0-9a-z]{8}\b/g, '').replace(/\b\d+(:\d\d)+\b|\b\d+(\.\d+)?\s?(ms|s|min)\b/g, '#');
}

/** What the server says of a job. */
async function statusOf(jobId: string, { url } = server): Promise<string> {
  const response = await fetch(`${url}/v1/jobs/${jobId}`, {
    headers: { authorization: `Bearer ${DEVELOPMENT_WORKER_KEY}` },
  });
  const { job } = (await response.json()) as { job?: { status: string } };
  return job?.status ?? 'not there';
}

/** Tests that run beside each other share no `expect.poll`. */
async function becomes<Value>(read: () => Value | Promise<Value>, wanted: Value): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await read()).toBe(wanted);
    },
    { timeout: LIMIT_MS, interval: 100 },
  );
}

const isEnded = async (jobs: readonly string[]): Promise<boolean> => {
  const statuses = await Promise.all(jobs.map((jobId) => statusOf(jobId)));
  return jobs.length > 0 && statuses.every((status) => ['completed', 'failed', 'cancelled'].includes(status));
};

/** Each has long ended what it does when its time is over, so that a slow machine ends there too. */
test.concurrent.each<[storyId: string, scenarioId: string, until: number, isStill: boolean]>([
  ['scenarios-jobs--all-completed', 'all-completed', 40_000, false],
  ['scenarios-reload-and-crash--completed-meanwhile', 'completed-meanwhile', 40_000, false],
  ['patterns-composing-parts--text-paused', 'pause-and-resume', 12_000, true],
  ['scenarios-worker-and-cancel--cancel-in-time', 'cancel-in-time', 30_000, false],
  ['scenarios-worker-and-cancel--cancel-elsewhere', 'cancel-elsewhere', 30_000, false],
])(
  '%s ends with the same words on a live server as on the mock, and leaves no job running',
  { timeout: LIMIT_MS },
  async (storyId, scenarioId, until, isStill) => {
    const seen = await openPage();
    const { page, complaints, jobs } = seen;
    await goLive(seen, storyId);
    await page.locator('[data-live=over]').waitFor();
    const live = await wordsOf(page);
    const strip = await page.locator('.player-strip').innerText();
    expect(strip.includes('A live server cannot be frozen.')).toBe(isStill);
    expect(strip).not.toContain('refused');
    expect(complaints).toEqual([]);
    await becomes(() => isEnded(jobs), true);

    await page.goto('about:blank');
    await page.goto(addressOf(storyId, `at:${storyId}_${scenarioId}_${String(until)}`));
    await page.locator('.player-time', { hasText: `${(until / 1_000).toFixed(1)} s / ` }).waitFor();
    // Drawn in the next frames.
    await becomes(() => wordsOf(page), live);
    await page.close();
  },
);

test.concurrent('the jobs of a story that is left are cancelled', { timeout: LIMIT_MS }, async () => {
  const seen = await openPage();
  await goLive(seen, 'scenarios-jobs--happy-path');
  await becomes(() => seen.jobs.length, 1);
  await seen.page.locator('.regen-page', { hasText: 'running' }).first().waitFor();
  await seen.page.goto('about:blank');
  await becomes(() => isEnded(seen.jobs), true);
  expect(await Promise.all(seen.jobs.map((jobId) => statusOf(jobId)))).toEqual(['cancelled']);
  await seen.page.close();
});

/**
 * Keeps from pages what the server answers to the creation of a job. At the server: a page whose calls are routed loses
 * its last ones.
 */
function holdCreations({ io }: RunningServer): { made: Promise<void>; letThrough(): void } {
  let isMade = (): void => undefined;
  const made = new Promise<void>((resolve) => {
    isMade = resolve;
  });
  let letThrough = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  io.httpServer.prependListener('request', ({ url, method }: IncomingMessage, response: ServerResponse) => {
    if (method !== 'POST' || url !== '/v1/jobs') return;
    response.cork();
    const end = response.end.bind(response) as (...rest: unknown[]) => ServerResponse;
    response.end = (...rest: unknown[]) => {
      isMade();
      void answered.then(() => end(...rest));
      return response;
    };
  });
  return { made, letThrough };
}

/** A page whose job is there, and which does not know it yet. */
async function goLiveWhileMaking(own: RunningServer): Promise<{ seen: Seen; letThrough(): void }> {
  const { made, letThrough } = holdCreations(own);
  const seen = await openPage();
  await goLive(seen, 'scenarios-jobs--happy-path', own.url);
  await made;
  // The browser tells of its request in its own time.
  await becomes(() => seen.jobs.length, 1);
  return { seen, letThrough };
}

/** As the toolbar does: the document stays. */
async function goMock({ page }: Seen): Promise<void> {
  await page.evaluate(() => {
    const { __STORYBOOK_ADDONS_CHANNEL__: channel } = window as unknown as {
      __STORYBOOK_ADDONS_CHANNEL__: { emit(event: string, payload: unknown): void };
    };
    channel.emit('updateGlobals', { globals: { realtime: 'mock' } });
  });
  await page.getByRole('group', { name: 'Time line of the scenario' }).waitFor();
}

test.concurrent(
  'a page that is closed while a job is being made cancels that one too',
  { timeout: LIMIT_MS },
  async () => {
    const own = await startWatchedServer();
    const { seen, letThrough } = await goLiveWhileMaking(own);
    const [jobId = ''] = seen.jobs;
    expect(await statusOf(jobId, own)).toBe('queued');
    await seen.page.goto('about:blank');
    await becomes(() => statusOf(jobId, own), 'cancelled');
    letThrough();
    await seen.page.close();
  },
);

test.concurrent(
  'a story that is left while a job is being made keeps no connection, and cancels the job',
  { timeout: LIMIT_MS },
  async () => {
    const own = await startWatchedServer();
    const { seen, letThrough } = await goLiveWhileMaking(own);
    await becomes(() => own.gateway.stats().connections, 1);
    expect(own.controlStreams()).toBe(1);
    await goMock(seen);
    await becomes(() => own.controlStreams(), 0);
    await becomes(() => own.gateway.stats().connections, 0);
    // Not by a ping that nobody answered.
    expect(own.ends).toEqual(['transport close']);
    const [jobId = ''] = seen.jobs;
    expect(await statusOf(jobId, own)).toBe('queued');
    letThrough();
    await becomes(() => statusOf(jobId, own), 'cancelled');
    expect(seen.complaints).toEqual([]);
    await seen.page.close();
  },
);

test.concurrent(
  'a story that has ended keeps no connection, though its page stands',
  { timeout: LIMIT_MS },
  async () => {
    const own = await startWatchedServer();
    const seen = await openPage();
    await goLive(seen, 'patterns-composing-parts--text-paused', own.url);
    await becomes(() => own.gateway.stats().connections, 1);
    expect(own.controlStreams()).toBe(1);
    await seen.page.locator('[data-live=over]').waitFor();
    await becomes(() => own.controlStreams(), 0);
    await becomes(() => own.gateway.stats().connections, 0);
    expect(own.ends).toEqual(['transport close']);
    expect(await seen.page.locator('.player-strip').innerText()).toContain('At its moment');
    await seen.page.close();
  },
);

test.concurrent(
  'a page that the browser puts away and shows again says that its run was left',
  { timeout: LIMIT_MS },
  async () => {
    const own = await startWatchedServer();
    const seen = await openPage();
    const { page } = seen;
    await goLive(seen, 'scenarios-jobs--happy-path', own.url);
    await becomes(() => seen.jobs.length, 1);
    await page.locator('.regen-page', { hasText: 'running' }).first().waitFor();
    await page.evaluate(() => {
      for (const name of ['pagehide', 'pageshow']) {
        window.dispatchEvent(new PageTransitionEvent(name, { persisted: true }));
      }
    });
    await page.locator('[data-live=over]').waitFor();
    expect(
      await page
        .getByRole('status')
        .filter({ hasText: /^Left$/ })
        .count(),
    ).toBe(1);
    const [jobId = ''] = seen.jobs;
    await becomes(() => statusOf(jobId, own), 'cancelled');
    await becomes(() => own.controlStreams(), 0);
    await becomes(() => own.gateway.stats().connections, 0);
    await page.getByRole('button', { name: 'Restart' }).click();
    await page.locator('[data-live=begun]').waitFor();
    await becomes(() => seen.jobs.length, 2);
    // What was on its way as the page ended may come after the cancel, and is refused.
    expect(seen.complaints.filter((complaint) => !complaint.includes('409 (Conflict)'))).toEqual([]);
    await page.close();
  },
);

test.concurrent('the stories of one page of documentation run beside each other', { timeout: LIMIT_MS }, async () => {
  const seen = await openPage();
  const { page, complaints, jobs } = seen;
  await page.setViewportSize({ width: 1280, height: 6_000 });
  await goLive(seen, 'components-streamtext--docs', server.url, 'docs');
  const stories = page.locator('.docs-story');
  await stories.first().waitFor();
  // They are drawn together, and mounted one after the other.
  const count = await stories.count();
  expect(count).toBeGreaterThan(2);
  await becomes(() => page.locator('[data-live=begun], [data-live=over]').count(), count);
  await becomes(() => jobs.length >= count, true);
  expect(new Set(jobs).size).toBe(jobs.length);
  await becomes(() => page.locator('[data-live=over]').count(), count);
  expect(complaints).toEqual([]);
  await becomes(() => isEnded(jobs), true);
  await page.close();
});

test.concurrent(
  'a scenario with faults says what a browser cannot make, and plays the rest where it is asked to',
  { timeout: LIMIT_MS },
  async () => {
    const seen = await openPage();
    const { page, complaints, jobs } = seen;
    await goLive(seen, 'scenarios-network--drop-and-resume');
    await page.locator('[data-live=asking]').waitFor();
    const words = await page.locator('.regen-page').innerText();
    expect(words).toContain('network:');
    expect(words).toContain('npx vitest run --project server tests/scenarios -t "drop-and-resume on');
    expect(jobs).toEqual([]);
    await page.getByRole('button', { name: 'Play the rest' }).click();
    await page.locator('[data-live=begun]').waitFor();
    expect(await page.locator('.player-strip').innerText()).toMatch(/Left out, .*network:\w+ at /);
    expect(complaints).toEqual([]);
    await page.close();
  },
);

test.concurrent(
  'without a server it says how to start one, and begins when it is there',
  { timeout: LIMIT_MS },
  async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    holder.close();
    await once(holder, 'close');

    const seen = await openPage();
    await goLive(seen, 'patterns-composing-parts--text-queued', `http://localhost:${String(port)}`);
    const notice = seen.page.locator('.regen-live', { hasText: 'No live server answers' });
    await notice.waitFor();
    expect(await notice.innerText()).toContain(`PORT=${String(port)} npm run dev:realtime`);
    processes.push(startServerProcess({ PORT: String(port) }));
    await seen.page.locator('[data-live=over]').waitFor();
    expect(seen.complaints.filter((complaint) => !REFUSED.test(complaint))).toEqual([]);
    await seen.page.close();
  },
);

test.concurrent.each<[name: string, environment: (origin: string) => Record<string, string>, words: RegExp]>([
  [
    'for production',
    (origin) => ({
      NODE_ENV: 'production',
      AUTH_JWT_SECRET: 'x'.repeat(32),
      WORKER_KEY: 'a-worker-key-of-some-length',
      ALLOWED_ORIGINS: origin,
    }),
    /one for production.*\(401\)/s,
  ],
  ['with another worker key', () => ({ WORKER_KEY: 'a-worker-key-of-some-length' }), /another worker key/],
  [
    'of other pages',
    () => ({ ALLOWED_ORIGINS: 'https://elsewhere.example' }),
    /may not read.*no Regen Realtime server, or one that does not let this origin in.*ALLOWED_ORIGINS=http/s,
  ],
])('a server %s is named as what it is', { timeout: LIMIT_MS }, async (_name, environment, words) => {
  const other = startServerProcess({ PORT: '0', ...environment(storybook.url) });
  processes.push(other);
  const [, url = ''] = await other.says(/server: (http:\/\/\S+:\d+)/);
  await isNamed(url.replace(/\/\/[^:]+:/, '//localhost:'), words);
});

/** A story on that server begins no job, and says so with these words. */
async function isNamed(url: string, words: RegExp): Promise<void> {
  const seen = await openPage();
  await goLive(seen, 'scenarios-jobs--happy-path', url);
  await seen.page.locator('.regen-live h3', { hasNotText: 'Looking' }).waitFor();
  expect(await seen.page.locator('.regen-live').innerText()).toMatch(words);
  expect(seen.jobs).toEqual([]);
  await seen.page.close();
}

const OPEN_TO_ALL = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*, authorization' };

test.concurrent.each<[name: string, status: number, headers: Record<string, string>, words: RegExp]>([
  ['keeps its pages to itself', 200, {}, /may not read.*no Regen Realtime server, or one/s],
  ['has a page for each call', 200, OPEN_TO_ALL, /no Regen Realtime server.*PORT=3001/s],
  ['has no such page', 404, OPEN_TO_ALL, /no Regen Realtime server.*PORT=3001/s],
])('a server of something else that %s is named as what it is', { timeout: LIMIT_MS }, async (...row) => {
  const [, status, headers, words] = row;
  const url = await startOther(
    createHttpServer((request, response) => {
      response.writeHead(request.method === 'OPTIONS' ? 204 : status, { 'content-type': 'text/html', ...headers });
      response.end(request.method === 'OPTIONS' ? undefined : '<h1>Hello</h1>');
    }),
  );
  await isNamed(url, words);
});

test.concurrent(
  'a server that takes calls and says nothing is named, and the story begins once one answers',
  { timeout: LIMIT_MS },
  async () => {
    const silent = createServer();
    const url = await startOther(silent);
    const sockets: Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    const seen = await openPage();
    await goLive(seen, 'patterns-composing-parts--text-queued', url);
    await seen.page.locator('.regen-live', { hasText: 'has not answered for 10 s' }).waitFor();
    silent.close();
    for (const socket of sockets) socket.destroy();
    processes.push(startServerProcess({ PORT: new URL(url).port }));
    await seen.page.locator('[data-live=over]').waitFor();
    await seen.page.close();
  },
);

test.concurrent(
  'another address goes into the field, into the story’s address and to every story',
  { timeout: LIMIT_MS },
  async () => {
    const seen = await openPage();
    const { page } = seen;
    await goLive(seen, 'scenarios-network--drop-and-resume', 'http://localhost:9');
    const field = page.getByLabel('Server');
    await field.fill('no address/at all');
    await page.getByRole('button', { name: 'Use' }).click();
    await page.getByRole('alert').filter({ hasText: 'Not an address' }).waitFor();
    await field.fill(server.url);
    await page.getByRole('button', { name: 'Use' }).click();
    await page.getByRole('button', { name: 'Play the rest' }).click();
    await page.locator('[data-live=begun]').waitFor();
    await page.goto('about:blank');
    await page.goto(addressOf('scenarios-network--drop-and-resume', 'realtime:live'));
    expect(await page.getByLabel('Server').inputValue()).toBe(server.url);
    await page.close();
  },
);
