import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startServerProcess, type ServerProcess } from './serverProcess.ts';

/** What becomes of the process where what is around it does not behave. */

const started: ServerProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.kill()));
});

function start(environment: Readonly<Record<string, string>>): ServerProcess {
  const server = startServerProcess(environment);
  started.push(server);
  return server;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('it goes on when nobody reads what it says', async () => {
  const port = await freePort();
  const server = start({ PORT: String(port) });
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
  const server = start({ PORT: '0' });
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
