import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { freePort } from '../redis/redisProcess.ts';
import { serverForTest } from './serverForTest.ts';

/** What becomes of the process where what is around it does not behave. */

test('it goes on when nobody reads what it says', async () => {
  const port = await freePort();
  const server = serverForTest({ PORT: String(port) });
  server.child.stdout?.destroy();
  // Ready for questions it has said all that it says.
  const asked = (): Promise<number> =>
    fetch(`http://127.0.0.1:${String(port)}/v1/demo/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"prompt":"hello"}',
    }).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(asked, { timeout: 30_000 }).toBe(201);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
});

test('asked to stop twice it does not wait for pages any more', async () => {
  const server = serverForTest({ PORT: '0' });
  const [, url = ''] = await server.says(/server: http(:\/\/localhost:\d+)\n[^]*origins .*\n/);
  const page = new WebSocket(`ws${url}/socket.io/?EIO=4&transport=websocket`);
  await once(page, 'message');
  page.send('40');
  await once(page, 'message');
  // It neither hears of the drain nor answers the close, so the first request waits.
  page.pause();
  server.child.kill('SIGTERM');
  await server.says(/draining/);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(1);
  page.terminate();
});
