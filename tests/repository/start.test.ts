import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';

async function start(...words: string[]): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, ['scripts/start.mjs', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: said.trim().split('\n') };
}

test.each(['127.0.0.1', '0.0.0.0'])(
  'a port that is taken on %s ends the start with one line that says how to go on',
  async (host) => {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, lines } = await start('-p', String(port));
    server.close();
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      new RegExp(
        `^start: .+ has port ${String(port)}; end it or choose another port: npm start -- -p ${String(port === 65_535 ? port - 1 : port + 1)}$`,
      ),
    );
  },
);

test('what is not a port is refused before Storybook starts', async () => {
  expect(await start('--port=many')).toEqual({
    code: 1,
    lines: ['start: "many" is not a port; give one from 1 to 65535: npm start -- -p 6007'],
  });
});
