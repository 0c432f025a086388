import { createServer, type Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ListenError, listen } from '../../server/listen.ts';

/** A server on a machine whose kernel has no IPv6: asked for an address of it, it says what such a kernel says. */
function serverWithoutIpv6(code: string): Server {
  const server = createServer((_, response) => response.end('here'));
  const real = server.listen.bind(server) as (options: { host: string }, done: () => void) => Server;
  server.listen = ((options: { host: string }, done: () => void) => {
    if (!isIPv6(options.host)) return real(options, done);
    process.nextTick(() => server.emit('error', Object.assign(new Error(`listen ${code} ${options.host}`), { code })));
    return server;
  }) as typeof server.listen;
  onTestFinished(() => {
    server.close();
  });
  return server;
}

test.each(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])('without IPv6 all addresses are those of IPv4 (%s)', async (code) => {
  const { port, close } = await listen(serverWithoutIpv6(code), '::', 0);
  expect(await (await fetch(`http://127.0.0.1:${String(port)}/`)).text()).toBe('here');
  close();
});

test('an address of IPv6 that was asked for is not replaced', async () => {
  await expect(listen(serverWithoutIpv6('EAFNOSUPPORT'), '::1', 0)).rejects.toBeInstanceOf(ListenError);
});

test('what else is wrong with all addresses is told', async () => {
  await expect(listen(serverWithoutIpv6('EADDRINUSE'), '::', 4)).rejects.toThrow('Port 4 is taken');
});
