import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { Authentication } from '@regen/realtime-core';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { readConfig, startServer } from '../../server/index.ts';

test('who goes while the token is checked does not count as connected', async () => {
  const checks: ((user: Authentication) => void)[] = [];
  const server = await startServer(readConfig({ PORT: '0' }), {
    logger: pino({ level: 'silent' }),
    authenticate: () =>
      new Promise((resolve) => {
        checks.push(resolve);
      }),
  });
  onTestFinished(() => server.close());
  const page = new WebSocket(`${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  await once(page, 'message');
  page.send('40{"token":"x"}');
  await expect.poll(() => checks.length).toBe(1);
  page.terminate();
  await expect.poll(() => server.io.engine.clientsCount).toBe(0);
  checks[0]?.({ kind: 'user', ownerId: 'ann', expiresAt: null });
  await setImmediate();
  expect(server.gateway.stats().connections).toBe(0);
});
