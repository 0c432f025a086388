import { expect, test } from 'vitest';
import { WebSocket, type RawData } from 'ws';
import { serverAtRisk } from './serverAtRisk.ts';

/** Frames that no client would send. After each the server serves, and the log is as it was. */

const lines: WebSocket[] = [];
const risk = serverAtRisk('dev', {}, () => {
  for (const line of lines.splice(0)) line.terminate();
});

interface Line {
  send(frame: string | Uint8Array): void;
  /** The first frame from here on that begins so, or null once the connection has ended. */
  hears(beginning: string): Promise<string | null>;
}

async function open(): Promise<Line> {
  const socket = new WebSocket(`${risk.server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  lines.push(socket);
  let heard: string[] = [];
  let wake = (): void => undefined;
  let ended = false;
  socket.on('message', (data: RawData, isBinary) => {
    heard.push(isBinary ? 'binary' : (data as Buffer).toString());
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    ended = true;
    wake();
  });
  const line: Line = {
    send: (frame) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    },
    hears: async (beginning) => {
      for (;;) {
        const index = heard.findIndex((frame) => frame.startsWith(beginning));
        if (index >= 0) {
          const frame = heard[index] ?? null;
          heard = heard.slice(index + 1);
          return frame;
        }
        if (ended) return null;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
  await line.hears('0');
  return line;
}

async function connected(): Promise<Line> {
  const line = await open();
  line.send('40{}');
  await line.hears('40');
  return line;
}

/** Whether commands are answered on it; null once it has ended. */
async function serves(line: Line): Promise<boolean | null> {
  line.send('427["job:unsubscribe",{"jobId":"job-1"}]');
  const answer = await line.hears('437');
  return answer === null ? null : answer === '437[{"ok":true}]';
}

async function unharmed(): Promise<void> {
  expect(await serves(await connected())).toBe(true);
  await risk.expectUnharmed();
}

const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
const cancel = '"job:cancel",{"jobId":"job-1"';

test.each([
  ['an event whose name is a number', '42[7,{"jobId":"job-1"}]'],
  ['an event of a prototype', '42["__proto__",{}]'],
  ['an ack for what was never asked', '4399[{"ok":true}]'],
  ['JSON nested 30,000 deep', `42[${cancel},"x":${deep}}]`],
  ['an ack id that no number holds', '42999999999999999999999["job:cancel",{}]'],
  ['a pong that nobody asked for', '3'],
  ['an upgrade to what it is', '5'],
] as const)('%s changes nothing, and the connection serves', async (_what, frame) => {
  const line = await connected();
  line.send(frame);
  expect(await serves(line)).toBe(true);
  await unharmed();
});

test.each([
  ['an event without a name', '42[]'],
  ['an empty frame', ''],
  ['no packet', 'nonsense'],
  ['a packet of no type', '49[]'],
  ['broken JSON', `42[${cancel}`],
  ['an object in place of an event', '42{"jobId":"job-1"}'],
  ['a negative ack id', `42-1[${cancel}}]`],
  ['a name that is reserved', '42["connect"]'],
  ['an attachment that nobody announced', Uint8Array.of(1, 2, 3)],
  ['a million attachments', `451000000-[${cancel}}]`],
  ['attachments without a number', `45-[${cancel}}]`],
  ['an event in place of an attachment', '451-["job:cancel",{"_placeholder":true,"num":0}]'],
  ['a second connect', '40{}'],
  ['a second connect that is no object', '40[]'],
  ['an error of the server', '44{"message":"x"}'],
] as const)('%s ends its connection and nothing else', async (_what, frame) => {
  const other = await connected();
  const line = await connected();
  line.send(frame);
  expect(await serves(line)).toBeNull();
  expect(await serves(other)).toBe(true);
  await unharmed();
});

test('before it has connected a connection is told nothing and can do nothing', async () => {
  const line = await open();
  line.send(`42[${cancel}}]`);
  expect(await serves(line)).toBeNull();
  await unharmed();
});

test('a namespace that there is not is refused', async () => {
  const line = await open();
  line.send('40/admin,{}');
  expect(await line.hears('44/admin')).toContain('Invalid namespace');
  await unharmed();
});

test.each([
  ['a token that is no text', '{"token":7}'],
  ['a token that is much too long', JSON.stringify({ token: 'x'.repeat(100_000) })],
])('a handshake with %s is refused in words', async (_what, auth) => {
  const line = await open();
  line.send(`40${auth}`);
  expect(await line.hears('44')).toMatch(/"data":\{"code":"unauthorized","message":".+","retryable":false\}/);
  await unharmed();
});
