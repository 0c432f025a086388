import { expect, test } from 'vitest';
import { RealtimeError } from './errors.ts';
import { serverUrlOf } from './serverUrl.ts';

test('two spellings of an address are one server, and another port, path or query is another', () => {
  expect(serverUrlOf('http://localhost:3000')).toBe('http://localhost:3000/');
  expect(serverUrlOf('HTTP://LocalHost:3000/')).toBe('http://localhost:3000/');
  expect(serverUrlOf('https://one.test:443')).toBe(serverUrlOf('https://one.test'));
  expect(serverUrlOf('wss://ada:secret@one.test/#top')).toBe('wss://one.test/');
  const addresses = ['http://one.test', 'http://one.test:81', 'http://one.test/staging', 'http://one.test/?tenant=2'];
  expect(new Set(addresses.map(serverUrlOf)).size).toBe(addresses.length);
});

test('what is no address is told with the option, what was given and an example', () => {
  for (const url of ['', '/realtime', 'localhost:3000', 'server.test', 'file:///server', 'undefined']) {
    let error: unknown;
    try {
      serverUrlOf(url);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(RealtimeError);
    expect(error).toMatchObject({ code: 'invalid_usage', retryable: false });
    expect(String(error)).toContain(`The option "url" is ${JSON.stringify(url)}`);
    expect(String(error)).toContain('"https://');
  }
});
