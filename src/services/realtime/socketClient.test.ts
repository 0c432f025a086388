import { getEventListeners } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '@regen/realtime-shared';
import { createSocketClient, getSocketClient, type SocketClientOptions } from './socketClient.ts';

const PAGE_CLIENT = Symbol.for('@regen/realtime.client');

afterEach(() => {
  Reflect.deleteProperty(globalThis, PAGE_CLIENT);
  vi.unstubAllGlobals();
  vi.resetModules();
});

test('a page has one client, whoever asks for it', () => {
  const client = getSocketClient({ url: 'http://one.test' });
  expect(getSocketClient()).toBe(client);
  expect(getSocketClient({ token: () => 'other' })).toBe(client);
  expect(getSocketClient({ url: 'HTTP://one.test/' })).toBe(client);
});

test('who asks for the client of another server than the page has is told so, and what to do', () => {
  const client = getSocketClient({ url: 'http://one.test' });
  expect(() => getSocketClient({ url: 'http://other.test' })).toThrow(
    expect.objectContaining({
      code: 'invalid_usage',
      message: expect.stringContaining('createSocketClient()') as unknown,
    }),
  );
  expect(getSocketClient()).toBe(client);
});

test('an address that is none makes no client', () => {
  for (const url of ['', 'localhost:3000']) {
    expect(() => createSocketClient({ url })).toThrow(expect.objectContaining({ code: 'invalid_usage' }));
    expect(() => getSocketClient({ url })).toThrow(expect.objectContaining({ code: 'invalid_usage' }));
  }
  expect(getSocketClient().url).toBe('http://localhost:3000/');
});

test('who gives no options, or an address alone, is told what to give', () => {
  for (const options of [undefined, null, 'http://one.test', {}]) {
    expect(() => createSocketClient(options as unknown as SocketClientOptions)).toThrow(
      expect.objectContaining({
        code: 'invalid_usage',
        message: expect.stringContaining('The option "url" is undefined') as unknown,
      }),
    );
  }
});

test('an address with a path is refused, with what to give for it', () => {
  for (const make of [createSocketClient, getSocketClient]) {
    expect(() => make({ url: 'https://one.test/some/path/' })).toThrow(
      expect.objectContaining({
        code: 'invalid_usage',
        message: expect.stringContaining(
          'Give "https://one.test" and, where the server is reached under a path, manager: { path: "/some/path/socket.io" }.',
        ) as unknown,
      }),
    );
  }
  expect(createSocketClient({ url: 'https://one.test/?tenant=2' }).url).toBe('https://one.test/?tenant=2');
});

test('a second instance of the module finds the same client', async () => {
  const client = getSocketClient();
  vi.resetModules();
  const second = await import('./socketClient.ts');
  expect(second.getSocketClient).not.toBe(getSocketClient);
  expect(second.getSocketClient()).toBe(client);
});

test('after it was stopped the page gets a new client, which a late stop of the old one does not take away', () => {
  const old = getSocketClient({ url: 'http://one.test' });
  old.stop();
  const next = getSocketClient({ url: 'http://other.test' });
  expect(next).not.toBe(old);
  old.stop();
  expect(getSocketClient()).toBe(next);
});

test('without a window it can be made and read, and leaves no timer', () => {
  let timers = 0;
  const clock = {
    ...systemClock,
    setTimeout: () => {
      timers += 1;
      return 0;
    },
  };
  const client = createSocketClient({ url: 'http://server.test', ports: { clock } });
  expect(client.isReady()).toBe(false);
  expect(client.getStatus()).toEqual({ connected: false, reconnectCount: 0, subscriptions: 0 });
  expect(client.store.getState().connection.socketStatus).toBe('initial');
  expect(timers).toBe(0);
});

test('a storage that may not be used signs nobody in, and fails nothing', async () => {
  vi.stubGlobal('localStorage', {
    getItem: () => {
      throw new DOMException('Not allowed.', 'SecurityError');
    },
  });
  const errors: string[] = [];
  const client = createSocketClient({ url: 'http://127.0.0.1:9' });
  client.onError((error) => errors.push(error.code));
  const started = client.start();
  await started;
  client.stop();
  expect(errors).not.toContain('unauthorized');
});

test('before its start a client touches nothing of the page, and after its stop nothing of it is left there', async () => {
  const page = {
    window: new EventTarget(),
    document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
  };
  const added: string[] = [];
  for (const target of Object.values(page)) {
    const add = target.addEventListener.bind(target);
    target.addEventListener = (type: string, ...rest: [EventListener, AddEventListenerOptions]) => {
      added.push(type);
      add(type, ...rest);
    };
  }
  const left = (): number =>
    added.reduce(
      (sum, type) => sum + Object.values(page).flatMap((target) => getEventListeners(target, type)).length,
      0,
    );
  for (const [name, target] of Object.entries(page)) vi.stubGlobal(name, target);
  vi.stubGlobal('navigator', { onLine: true });
  const client = createSocketClient({ url: 'http://127.0.0.1:9', token: () => null });
  client.store.subscribe(() => undefined);
  client.retainJob('a');
  client.watchJobs();
  expect(added).toEqual([]);
  await client.start();
  await client.start();
  expect(added.toSorted()).toEqual(['offline', 'online', 'pagehide', 'pageshow', 'visibilitychange']);
  expect(left()).toBe(added.length);
  client.stop();
  expect(left()).toBe(0);
});
