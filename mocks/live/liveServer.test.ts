import { afterEach, expect, test, vi } from 'vitest';
import { createActivity } from '../activity.ts';
import { createVirtualClock } from '../virtualClock.ts';
import { httpWorkers } from './httpWorkers.ts';
import { createLiveServer, type LiveServer, type LiveServerState } from './liveServer.ts';

/** What a call gets: an answer, `null` for none that can be read, `'never'` for one that takes for ever. */
type Answer = (() => Response) | null | 'never';

interface Answers {
  '/v1/jobs': Answer;
  '/v1/control': Answer;
  '/healthz': Answer;
}

interface Call {
  path: string;
  signal: AbortSignal;
}

const json = (status: number, body: unknown) => (): Response => Response.json(body, { status });
const html = (status: number) => (): Response =>
  new Response('<h1>Hello</h1>', { status, headers: { 'content-type': 'text/html' } });
const error = (status: number, code: string) => json(status, { error: { code, message: 'No.' } });
const stream = (): Response =>
  new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });

const READY: Answers = { '/v1/jobs': json(200, { jobs: [] }), '/v1/control': stream, '/healthz': html(200) };

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The network, which answers as `answers` say at the time of a call. */
function network(answers: Answers): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal('fetch', (url: string, { signal }: { signal: AbortSignal }): Promise<Response> => {
    if (signal.aborted) return Promise.reject(new DOMException('aborted', 'AbortError'));
    const path = new URL(url).pathname;
    calls.push({ path, signal });
    const answer = answers[path as keyof Answers];
    if (answer === null) return Promise.reject(new TypeError('Failed to fetch'));
    if (answer !== 'never') return Promise.resolve(answer());
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new DOMException('aborted', 'AbortError'));
      });
    });
  });
  return calls;
}

/** Listens, and resolves with each state as it changes. */
function listen(server: LiveServer): { next(): Promise<LiveServerState>; stop(): void } {
  let resolveNext: (state: LiveServerState) => void = () => undefined;
  const stop = server.subscribe(() => {
    resolveNext(server.getState());
  });
  return {
    next: () =>
      new Promise((resolve) => {
        resolveNext = resolve;
      }),
    stop,
  };
}

test.each<[what: string, answers: Partial<Answers>, state: LiveServerState]>([
  ['a server for development', {}, 'ready'],
  ['no server', { '/v1/jobs': null, '/healthz': null }, 'absent'],
  ['what no page may read', { '/v1/jobs': null }, 'unreadable'],
  ['a page for each call', { '/v1/jobs': html(200), '/v1/control': html(200) }, 'notThisServer'],
  ['JSON of something else', { '/v1/jobs': json(200, { status: 'ok' }) }, 'notThisServer'],
  ['a stream of something else', { '/v1/control': json(200, { jobs: [] }) }, 'notThisServer'],
  ['no such page', { '/v1/jobs': html(404) }, 'notThisServer'],
  ['no such call', { '/v1/jobs': error(404, 'not_found') }, 'notThisServer'],
  ['no such stream', { '/v1/control': error(404, 'not_found') }, 'notThisServer'],
  ['a sign-in of something else', { '/v1/jobs': html(401) }, 'notThisServer'],
  ['a proxy without its server', { '/v1/jobs': html(503) }, 'notThisServer'],
  ['a server for production', { '/v1/jobs': error(401, 'unauthorized') }, 'production'],
  ['a server with another worker key', { '/v1/control': error(401, 'unauthorized') }, 'otherKey'],
  ['a server whose log is away', { '/v1/jobs': error(503, 'unavailable') }, 'unable'],
  ['a server whose log goes away', { '/v1/control': error(503, 'unavailable') }, 'unable'],
  ['a server with an error of its own', { '/v1/jobs': error(500, 'internal') }, 'unable'],
])('%s is told from the others', async (_what, answers, state) => {
  network({ ...READY, ...answers });
  const server = createLiveServer('http://server.invalid', createVirtualClock());
  const { next, stop } = listen(server);
  expect(server.getState()).toBe('looking');
  expect(await next()).toBe(state);
  stop();
});

test.each(['/v1/jobs', '/v1/control'] as const)(
  'a server that is silent at %s is told after 10 s, and looked for again',
  async (path) => {
    const answers: Answers = { ...READY, [path]: 'never', '/healthz': 'never' };
    const calls = network(answers);
    const clock = createVirtualClock();
    const server = createLiveServer('http://server.invalid', clock);
    const { next, stop } = listen(server);
    const told = next();
    await vi.waitUntil(() => calls.some((call) => call.path === path));
    clock.advance(9_999);
    expect(server.getState()).toBe('looking');
    clock.advance(1);
    expect(await told).toBe('silent');
    expect(calls.every(({ signal }) => signal.aborted)).toBe(true);
    Object.assign(answers, READY);
    const found = next();
    clock.advance(2_000);
    expect(await found).toBe('ready');
    clock.advance(60_000);
    expect(server.getState()).toBe('ready');
    expect(calls.at(-1)?.signal.aborted).toBe(false);
    stop();
  },
);

test('all who listen share a control stream, and the last one who leaves closes it', async () => {
  const calls = network(READY);
  const clock = createVirtualClock();
  const server = createLiveServer('http://server.invalid', clock);
  const first = listen(server);
  const second = listen(server);
  expect(await first.next()).toBe('ready');
  expect(calls.map(({ path }) => path)).toEqual(['/v1/jobs', '/v1/control']);
  const control = calls.at(-1)?.signal;
  first.stop();
  expect(control?.aborted).toBe(false);
  second.stop();
  expect(control?.aborted).toBe(true);
  expect(server.getState()).toBe('looking');
  clock.advance(60_000);
  expect(calls).toHaveLength(2);
});

test('a search that nobody waits for any more is given up', async () => {
  const calls = network({ ...READY, '/v1/jobs': 'never', '/healthz': 'never' });
  const clock = createVirtualClock();
  const server = createLiveServer('http://server.invalid', clock);
  listen(server).stop();
  expect(calls.map(({ signal }) => signal.aborted)).toEqual([true]);
  await createActivity().settled();
  clock.advance(60_000);
  expect(server.getState()).toBe('looking');
  expect(calls).toHaveLength(1);
  listen(server).stop();
  const { next, stop } = listen(server);
  const told = next();
  clock.advance(10_000);
  expect(await told).toBe('silent');
  stop();
  const made = calls.length;
  clock.advance(60_000);
  expect(calls).toHaveLength(made);
});

test('a control stream whose signal is over is not asked for', async () => {
  const calls = network(READY);
  const { workers } = httpWorkers('http://server.invalid', () => 'Bearer key');
  const opened = await workers.controlStream({
    caller: { kind: 'worker' },
    send: () => undefined,
    signal: AbortSignal.abort(),
  });
  expect(opened).toMatchObject({ status: 503 });
  expect(calls).toEqual([]);
});

test('a server whose control stream ends is looked for again after 2 s', async () => {
  let end = (): void => undefined;
  const answers: Answers = {
    ...READY,
    '/v1/control': () =>
      new Response(
        new ReadableStream({
          start: (controller) => {
            end = () => {
              controller.close();
            };
          },
        }),
        { headers: { 'content-type': 'text/event-stream' } },
      ),
  };
  const calls = network(answers);
  const clock = createVirtualClock();
  const server = createLiveServer('http://server.invalid', clock);
  const { next, stop } = listen(server);
  expect(await next()).toBe('ready');
  Object.assign(answers, { '/v1/jobs': null, '/healthz': null });
  const lost = next();
  const before = calls.length;
  end();
  await vi.waitUntil(() => clock.pending() > 0);
  clock.advance(1_999);
  expect(calls).toHaveLength(before);
  clock.advance(1);
  expect(await lost).toBe('absent');
  stop();
});
