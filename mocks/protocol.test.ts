import { expect, test } from 'vitest';
import { createTestBed, type RawClient, type TestBed } from './testing/testBed.ts';

/** A bed whose server echoes `message` as `message-back` and acknowledges `message-with-ack` with its arguments. */
function echoBed(options: Parameters<typeof createTestBed>[0] = {}): TestBed {
  const bed = createTestBed(options);
  for (const name of ['/', '/custom']) {
    bed.server.of(name).on('connection', (socket) => {
      socket.emit('auth', socket.handshake.auth);
      socket.on('message', (...args: unknown[]) => socket.emit('message-back', ...args));
      socket.on('message-with-ack', (...args: unknown[]) => {
        const ack = args.pop() as (...answer: unknown[]) => void;
        ack(...args);
      });
    });
  }
  return bed;
}

/** A raw client that has joined `/` and forgotten the greeting. */
async function joined(bed: TestBed): Promise<RawClient & { fresh(): unknown[] }> {
  const raw = bed.raw();
  await bed.settle();
  raw.send('40');
  await bed.settle();
  const greeting = raw.received.length;
  return Object.assign(Object.create(raw) as RawClient, { fresh: () => raw.received.slice(greeting) });
}

test('the Engine.IO handshake names everything that version 4 asks for', async () => {
  const bed = createTestBed({ pingInterval: 300, pingTimeout: 200, maxPayload: 5000 });
  const raw = bed.raw();
  await bed.settle();
  const [open] = raw.received;
  expect(String(open).charAt(0)).toBe('0');
  expect(JSON.parse(String(open).slice(1))).toEqual({
    sid: expect.any(String),
    upgrades: [],
    pingInterval: 300,
    pingTimeout: 200,
    maxPayload: 5000,
  });
});

test.each([
  ['no protocol version', 'transport=websocket'],
  ['another protocol version', 'EIO=3&transport=websocket'],
  ['a version that is no number', 'EIO=abc&transport=websocket'],
  ['no transport', 'EIO=4'],
  ['another transport', 'EIO=4&transport=polling'],
  ['a session to upgrade', 'EIO=4&transport=websocket&sid=mock-000000000000001'],
])('a request with %s is refused before anything is sent', async (_name, query) => {
  const bed = createTestBed();
  const raw = bed.raw(query);
  await bed.settle();
  expect(raw.hasFailed).toBe(true);
  expect(raw.closeCode).toBe(1006);
  expect(raw.received).toEqual([]);
  expect(bed.link.connections).toBe(0);
});

test.each([
  ['40', /^40\{"sid":"[^"]+"\}$/, '42["auth",{}]'],
  ['40{"token":"123"}', /^40\{"sid":"[^"]+"\}$/, '42["auth",{"token":"123"}]'],
  ['40/custom,', /^40\/custom,\{"sid":"[^"]+"\}$/, '42/custom,["auth",{}]'],
  ['40/custom,{"token":"abc"}', /^40\/custom,\{"sid":"[^"]+"\}$/, '42/custom,["auth",{"token":"abc"}]'],
])('%s joins', async (connect, answer, auth) => {
  const bed = echoBed();
  const raw = bed.raw();
  await bed.settle();
  raw.send(connect);
  await bed.settle();
  expect(raw.received).toHaveLength(3);
  expect(raw.received[1]).toMatch(answer);
  expect(raw.received[2]).toBe(auth);
});

test('an unknown namespace gets exactly the packet that the real server sends', async () => {
  const bed = echoBed();
  const raw = bed.raw();
  await bed.settle();
  raw.send('40/random');
  await bed.settle();
  expect(raw.received.slice(1)).toEqual(['44/random,{"message":"Invalid namespace"}']);
  expect(raw.closeCode).toBeUndefined();
});

test('events and acks have exactly their frames', async () => {
  const bed = echoBed();
  const raw = await joined(bed);
  raw.send('42["message",1,"2",{"3":[true]}]');
  raw.send('42456["message-with-ack",1,"2",{"3":[false]}]');
  raw.send('42["message"]');
  await bed.settle();
  expect(raw.fresh()).toEqual([
    '42["message-back",1,"2",{"3":[true]}]',
    '43456[1,"2",{"3":[false]}]',
    '42["message-back"]',
  ]);
});

test('binary events and acks have exactly their frames', async () => {
  const bed = echoBed();
  const raw = await joined(bed);
  const attachments = [Uint8Array.of(1, 2, 3).buffer, Uint8Array.of(4, 5, 6).buffer];
  const placeholders = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}';
  raw.send(`452-["message",${placeholders}]`);
  for (const attachment of attachments) raw.send(attachment);
  raw.send(`452-789["message-with-ack",${placeholders}]`);
  for (const attachment of attachments) raw.send(attachment);
  await bed.settle();
  expect(raw.fresh()).toEqual([
    `452-["message-back",${placeholders}]`,
    ...attachments,
    `462-789[${placeholders}]`,
    ...attachments,
  ]);
});

test('leaving a namespace leaves the connection, and the namespace can be joined again', async () => {
  const bed = echoBed();
  const raw = await joined(bed);
  raw.send('40/custom,');
  raw.send('41/custom,');
  raw.send('42["message","to main"]');
  raw.send('40/custom,');
  await bed.settle();
  const fresh = raw.fresh().map((frame) => String(frame).replace(/mock-\d+/, 'id'));
  expect(fresh).toEqual([
    '40/custom,{"sid":"id"}',
    '42/custom,["auth",{}]',
    '42["message-back","to main"]',
    '40/custom,{"sid":"id"}',
    '42/custom,["auth",{}]',
  ]);
});

test.each([
  ['an unknown Engine.IO type', ['abc'], 'parse error'],
  ['a ping, which is the server’s to send', ['2'], 'transport error'],
  ['an empty message', ['4'], 'forced close'],
  ['an unknown Socket.IO type', ['4abc'], 'forced close'],
  ['a payload that is no array', ['42{}'], 'forced close'],
  ['an event without a name', ['42[{}]'], 'forced close'],
  ['broken JSON', ['42["message"'], 'forced close'],
  ['an ack id that is no number', ['42abc["message-with-ack",1]'], 'forced close'],
  ['a reserved event name', ['42["disconnect"]'], 'forced close'],
  ['a reserved event name of EventEmitter', ['42["newListener"]'], 'forced close'],
  ['a disconnect with a payload', ['41{"a":1}'], 'forced close'],
  ['a second CONNECT', ['40'], 'forced server close'],
  ['a CONNECT with an array', ['40/custom,[]'], 'forced close'],
  ['a CONNECT_ERROR', ['44{"message":"no"}'], 'forced server close'],
  ['an event to a namespace it has not joined', ['42/custom,["message"]'], 'forced server close'],
  ['binary that nothing announced', [Uint8Array.of(1).buffer], 'forced close'],
  [
    'text where an attachment is due',
    ['451-["message",{"_placeholder":true,"num":0}]', '42["message"]'],
    'forced close',
  ],
  ['no attachments where there must be one', ['450-["message"]'], 'forced close'],
  ['more attachments than the parser allows', ['4511-["message"]'], 'forced close'],
  [
    'a placeholder for an attachment that is not there',
    ['451-["message",{"_placeholder":true,"num":7}]', Uint8Array.of(1).buffer],
    'forced close',
  ],
] as const)('%s breaks the protocol and closes the connection', async (_name, frames, reason) => {
  const bed = echoBed();
  const reasons: string[] = [];
  bed.server.on('connection', (socket) => socket.on('disconnect', (why: string) => reasons.push(why)));
  const raw = await joined(bed);
  for (const frame of frames) raw.send(frame);
  await bed.settle();
  expect(reasons).toEqual([reason]);
  expect(raw.fresh()).toEqual([]);
  expect(raw.closeCode).toBe(1005);
  expect(bed.clock.pending()).toBe(0);
});

test('a malformed packet is an error of the sockets before it closes them', async () => {
  const bed = createTestBed();
  const log: string[] = [];
  bed.server.on('connection', (socket) => {
    socket.on('error', (error: Error) => log.push(error.message));
    socket.on('disconnect', (reason: string) => log.push(reason));
  });
  const raw = await joined(bed);
  raw.send('42{}');
  await bed.settle();
  expect(log).toEqual(['invalid payload', 'forced close']);
});

test('an event before CONNECT closes the connection', async () => {
  const bed = echoBed();
  const raw = bed.raw();
  await bed.settle();
  raw.send('42["message"]');
  await bed.settle();
  expect(raw.closeCode).toBe(1005);
  expect(raw.received).toHaveLength(1);
});

test('an ack that nobody waits for is ignored, with and without an id', async () => {
  const bed = echoBed();
  const raw = await joined(bed);
  raw.send('43999["nobody"]');
  raw.send('43["no id"]');
  raw.send('42["message","alive"]');
  await bed.settle();
  expect(raw.fresh()).toEqual(['42["message-back","alive"]']);
});

test('an ack that the server gives twice goes down once', async () => {
  const bed = createTestBed();
  bed.server.on('connection', (socket) => {
    socket.on('ask', (ack: (answer: string) => void) => {
      ack('first');
      ack('second');
    });
  });
  const raw = await joined(bed);
  raw.send('427["ask"]');
  await bed.settle();
  expect(raw.fresh()).toEqual(['437["first"]']);
});

test('an ack that comes twice counts once', async () => {
  const bed = createTestBed();
  const answers: unknown[] = [];
  bed.server.on('connection', (socket) => socket.emit('ask', (answer: unknown) => answers.push(answer)));
  const raw = await joined(bed);
  raw.send('430["first"]');
  raw.send('430["second"]');
  await bed.settle();
  expect(answers).toEqual(['first']);
});

test.each(['0', '1', '5', '6'])('an Engine.IO packet %s from a client is ignored, as engine.io does', async (frame) => {
  const bed = echoBed();
  const raw = await joined(bed);
  raw.send(frame);
  raw.send('42["message","alive"]');
  await bed.settle();
  expect(raw.fresh()).toEqual(['42["message-back","alive"]']);
});

test('a message as long as allowed passes, one byte more closes with 1009', async () => {
  const frame = '42["message","ä"]';
  const length = new TextEncoder().encode(frame).byteLength;
  const bed = echoBed({ maxPayload: length });
  const raw = await joined(bed);
  raw.send(frame);
  await bed.settle();
  expect(raw.fresh()).toEqual(['42["message-back","ä"]']);
  raw.send('42["message","äx"]');
  await bed.settle();
  expect(raw.closeCode).toBe(1009);
});

test('an attachment over the limit closes with 1009 too', async () => {
  const bed = echoBed({ maxPayload: 100 });
  const raw = await joined(bed);
  raw.send('451-["message",{"_placeholder":true,"num":0}]');
  raw.send(new ArrayBuffer(101));
  await bed.settle();
  expect(raw.closeCode).toBe(1009);
});

test('a client that joins nothing is closed at the connect timeout', async () => {
  const bed = createTestBed({ connectTimeout: 1000 });
  const raw = bed.raw();
  await bed.advance(999);
  expect(raw.closeCode).toBeUndefined();
  await bed.advance(1);
  expect(raw.closeCode).toBe(1005);
  expect(bed.clock.pending()).toBe(0);
});

test('a refused client is closed at the connect timeout as well', async () => {
  const bed = createTestBed({ connectTimeout: 1000 });
  bed.server.use((_socket, next) => next(new Error('no')));
  const raw = bed.raw();
  await bed.settle();
  raw.send('40');
  await bed.advance(1000);
  expect(raw.received.slice(1)).toEqual(['44{"message":"no"}']);
  expect(raw.closeCode).toBe(1005);
});

test('the next ping comes an interval after the pong, not after the ping', async () => {
  const bed = createTestBed({ pingInterval: 1000, pingTimeout: 500 });
  const pings: number[] = [];
  bed.link.onPacket(({ type, at }) => type === 'ping' && pings.push(at - start));
  const start = bed.clock.now();
  const raw = await joined(bed);
  await bed.advance(1300);
  raw.send('3');
  await bed.advance(1200);
  expect(pings).toEqual([1000, 2300]);
});

test('after the close nothing of what was sent before reaches the sockets', async () => {
  const bed = createTestBed();
  const received: string[] = [];
  bed.server.on('connection', (socket) => {
    socket.on('a', () => {
      received.push('a');
      socket.disconnect(true);
    });
    socket.on('b', () => received.push('b'));
  });
  const raw = await joined(bed);
  raw.send('42["a"]');
  raw.send('42["b"]');
  await bed.settle();
  expect(received).toEqual(['a']);
});
