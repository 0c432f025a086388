import { expect, test } from 'vitest';
import { freePort } from '../redis/redisProcess.ts';
import { launchBrowser } from './bed.ts';
import { typed } from './command.ts';

/** The commands and the lines for the console, as the quick start has them; ports are free ones. */

test('two commands, and the page’s console finds the page’s one client, connected', async () => {
  const [port, webPort] = [await freePort(), await freePort()];
  const server = typed('npm run dev:realtime', { PORT: String(port) });
  const web = typed(`npm run dev:web -- --port ${String(webPort)}`);
  await Promise.all([server.says(/server: http/), web.says(/Local:/)]);
  const { browser } = await launchBrowser(port);
  const page = await browser.newPage();
  const logged = page.waitForEvent('console', { predicate: (message) => message.text().includes('reconnectCount') });
  await page.goto(`http://localhost:${String(webPort)}/`);
  await page.getByText('Ready').first().waitFor();
  const console = await page.context().newCDPSession(page);
  const type = async (expression: string) => {
    const answer = await console.send('Runtime.evaluate', {
      expression,
      replMode: true,
      awaitPromise: true,
      returnByValue: true,
    });
    expect(answer.exceptionDetails).toBeUndefined();
    return answer.result.value as unknown;
  };
  await type(`const client = await import('./src/services/realtime/socketClient').then(m => m.getSocketClient());`);
  await type('console.log(client.getStatus());');
  const [shown] = (await logged).args();
  expect(await shown?.jsonValue()).toEqual({ connected: true, reconnectCount: 0, subscriptions: 0 });
  // The module that was typed is another instance of the page's own; the client is the same.
  expect(await type(`client === globalThis[Symbol.for('@regen/realtime.client')]`)).toBe(true);
  expect(
    await type(`performance.getEntriesByType('resource').filter(({ name }) => /socketClient/.test(name)).length`),
  ).toBe(2);
});

test('one command starts server, agent and web app with one log, and one key press ends them', async () => {
  const [port, webPort] = [await freePort(), await freePort()];
  const both = typed(`npm run dev -- --port ${String(webPort)}`, { PORT: String(port) });
  await Promise.all([both.says(/server │ server: http/), both.says(/web {4}│ .*Local:/)]);
  const { browser } = await launchBrowser(port);
  const page = await browser.newPage();
  await page.goto(`http://localhost:${String(webPort)}/`);
  await page.getByRole('button', { name: 'What can a crash of Redis cost?' }).click();
  await page.getByRole('main').getByText('Completed').first().waitFor({ timeout: 60_000 });
  await both.stop('SIGINT');
  expect(both.said()).toMatch(/server │ \[\d\d:\d\d:\d\d\] INFO: draining/);
  for (const address of [`http://localhost:${String(port)}/healthz`, `http://localhost:${String(webPort)}/`]) {
    await expect(fetch(address)).rejects.toThrow('fetch failed');
  }
});

test('where the server cannot start, all of it ends, with the reason', async () => {
  const both = typed(`npm run dev -- --port ${String(await freePort())}`, { PORT: 'many' });
  expect(await both.ended).toBe(1);
  expect(both.said()).toMatch(/server │ server: PORT is "many"; it must be a whole number/);
});
