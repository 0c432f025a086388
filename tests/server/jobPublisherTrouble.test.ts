import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createJobPublisher, PublishError, type JobPublisherOptions } from '../../server/worker/index.ts';
import { freePort } from '../redis/redisProcess.ts';
import { createPublisherBed } from './publisherBed.ts';
import { createStillPublisher } from './scriptedPublisher.ts';

const report = { ownerId: 'ann', title: 'Report' };

function usage(options: JobPublisherOptions): PublishError {
  try {
    createJobPublisher(options);
  } catch (error) {
    if (error instanceof PublishError) return error;
  }
  throw new Error('It was taken.');
}

test.each(['localhost:3000', '', 'nonsense', '/v1', 'ws://localhost:3000', 'http://'])(
  'the address %j is refused at once, in words',
  (url) => {
    const { code, message } = usage({ url, workerKey: 'key' });
    expect(code).toBe('invalid_usage');
    expect(message).toContain(`"url" is ${JSON.stringify(url)}`);
    expect(message).toContain('http://localhost:3000');
  },
);

test.each(['', 'key\n', 'two keys', 'schlüssel', undefined as unknown as string])(
  'the worker key %j is refused at once, and not shown',
  (workerKey) => {
    const { code, message } = usage({ url: 'http://localhost:3000', workerKey });
    expect(code).toBe('invalid_usage');
    expect(message).toContain('WORKER_KEY');
    if (workerKey) expect(message).not.toContain(workerKey);
  },
);

test('without options it says what is needed', () => {
  const { code, message } = usage(undefined as unknown as JobPublisherOptions);
  expect(code).toBe('invalid_usage');
  expect(message).toContain('createJobPublisher({ url: "http://localhost:3000", workerKey: "dev-worker-key" })');
});

test('where there is no such call the address that was asked is named', async () => {
  const { proxy, open } = await createPublisherBed();
  const url = `http://127.0.0.1:${String(proxy.port)}/v1`;
  const publisher = open({ url });
  await expect(publisher.create(report)).rejects.toThrow(`at ${url} (not_found)`);
  await expect(publisher.takeOver({ jobId: 'job-1' })).rejects.toThrow(`at ${url} (not_found)`);
});

test('what does not belong to an address is left out', async () => {
  const asked: string[] = [];
  const answer: typeof fetch = (input) => {
    asked.push(String(input));
    return Promise.resolve(Response.json({ error: { code: 'conflict', message: 'No.' } }, { status: 409 }));
  };
  const publisher = createJobPublisher({
    url: 'http://me:x@localhost:3000/jobs/?a=b#c',
    workerKey: 'key',
    fetch: answer,
  });
  onTestFinished(publisher.close);
  await expect(publisher.create(report)).rejects.toMatchObject({ code: 'refused', refusal: { code: 'conflict' } });
  expect(asked).toEqual(['http://localhost:3000/jobs/v1/jobs']);
});

test('a wrong worker key is named', async () => {
  const { open } = await createPublisherBed();
  await expect(open({ workerKey: 'wrong' }).create(report)).rejects.toThrow(/no worker key of this server.*WORKER_KEY/);
});

/** A publisher that does not wait between its tries, and how many there were. */
function impatient(options: Partial<JobPublisherOptions>) {
  let tries = 0;
  const publisher = createJobPublisher({
    url: 'http://localhost:3000',
    workerKey: 'key',
    random: () => 0,
    ...options,
    fetch: (...call) => {
      tries += 1;
      return (options.fetch ?? fetch)(...call);
    },
  });
  onTestFinished(publisher.close);
  return {
    publisher,
    tried: (count: number) => vi.waitFor(() => expect(tries).toBeGreaterThan(count), { timeout: 20_000, interval: 1 }),
  };
}

test('a server that is not there is told of in one line on the console', async () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  onTestFinished(() => {
    warned.mockRestore();
  });
  const port = await freePort();
  const { publisher, tried } = impatient({ url: `http://127.0.0.1:${String(port)}` });
  const creating = expect(publisher.create(report)).rejects.toMatchObject({ code: 'closed' });
  await tried(10);
  publisher.close();
  await creating;
  expect(warned.mock.calls).toEqual([
    [
      `The server at http://127.0.0.1:${String(port)} fails (connect ECONNREFUSED 127.0.0.1:${String(port)}); ` +
        'trying again until it answers.',
    ],
  ]);
});

test('each outage is told of once, and one call that fails is none', async () => {
  const outcomes = ['lost', 'ok', 'lost', 'lost', 'lost', 'ok', 'unavailable', 'unavailable', 'ok'];
  const errors: string[] = [];
  const { publisher } = impatient({
    onError: ({ message }) => errors.push(message),
    fetch: () => {
      const outcome = outcomes.shift();
      if (outcome === 'lost') return Promise.reject(new TypeError('fetch failed'));
      const code = outcome === 'ok' ? 'conflict' : 'unavailable';
      const status = outcome === 'ok' ? 409 : 503;
      return Promise.resolve(Response.json({ error: { code, message: `It is ${code}.` } }, { status }));
    },
  });
  const create = () => expect(publisher.create(report)).rejects.toMatchObject({ refusal: { code: 'conflict' } });
  await create();
  expect(errors).toEqual([]);
  await create();
  await create();
  expect(outcomes).toEqual([]);
  expect(errors).toEqual([
    'The server at http://localhost:3000 fails (fetch failed); trying again until it answers.',
    'The server at http://localhost:3000 fails (unavailable: It is unavailable.); trying again until it answers.',
  ]);
});

test('another server at the address is told of as that', async () => {
  const other = createServer((_, response) => {
    response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not here</h1>');
  }).listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => {
    other.closeAllConnections();
    other.close();
  });
  const url = `http://127.0.0.1:${String((other.address() as AddressInfo).port)}`;
  const told = new Promise<string>((resolve) => {
    const { publisher } = impatient({
      url,
      onError: ({ message }) => {
        resolve(message);
      },
    });
    publisher.create(report).catch(() => undefined);
  });
  expect(await told).toContain('it answered 404, but not as a server of Regen Realtime does');
});

test.each<[what: string, why: string, answer: () => Response]>([
  [
    'is refused',
    'unauthorized: No key.',
    () => Response.json({ error: { code: 'unauthorized', message: 'No key.' } }, { status: 401 }),
  ],
  [
    'is something else',
    'it answered 200, but not as a server of Regen Realtime does',
    () => new Response('<h1>Hello</h1>', { headers: { 'content-type': 'text/html' } }),
  ],
  [
    'ends at once',
    'its stream of requests for workers ends at once',
    () => new Response(': connected\n\n', { headers: { 'content-type': 'text/event-stream' } }),
  ],
])(
  'a control stream that %s again and again is told of once, with the reason, and asked for ever more seldom',
  async (_, why, answer) => {
    let tries = 0;
    const { publisher, errors, pass } = createStillPublisher(() => {
      tries += 1;
      return Promise.resolve(answer());
    });
    publisher.onResume('report', () => undefined);
    await pass(0);
    for (let seconds = 0; seconds < 60; seconds += 1) await pass(1_000);
    expect(tries).toBeGreaterThan(10);
    expect(tries).toBeLessThan(30);
    expect(errors).toEqual([`The server at http://localhost:3000 fails (${why}); trying again until it answers.`]);
  },
);
