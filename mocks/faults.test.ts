import { expect, test } from 'vitest';
import type { Socket } from 'socket.io-client';
import { describeFault, type Fault } from './faults.ts';
import type { WirePacket } from './socketio/frames.ts';
import type { MockSocket } from './socketio/socket.ts';
import { createTestBed, type TestBed } from './testing/testBed.ts';

interface Connected {
  bed: TestBed;
  client: Socket;
  server: MockSocket;
  /** What each end has heard, with the virtual ms since the start: `client count 1 @0`. */
  log: string[];
}

/** One client that is connected, both ends of which keep a log of events and closes. */
async function connected(options: Parameters<typeof createTestBed>[0] = {}): Promise<Connected> {
  const bed = createTestBed(options);
  const log: string[] = [];
  const sockets: MockSocket[] = [];
  bed.server.on('connection', (socket) => {
    sockets.push(socket);
    socket.onAny((event: string, value: unknown) => log.push(`server ${event} ${String(value)} @${bed.elapsed()}`));
    socket.on('disconnect', (reason: string) => log.push(`server closed: ${reason} @${bed.elapsed()}`));
  });
  const client = bed.client();
  client.onAny((event: string, value: unknown) => log.push(`client ${event} ${String(value)} @${bed.elapsed()}`));
  client.on('disconnect', (reason) => log.push(`client closed: ${reason} @${bed.elapsed()}`));
  client.on('connect_error', (error) => log.push(`client refused: ${error.message} @${bed.elapsed()}`));
  await bed.settle();
  const [server] = sockets;
  if (!server) throw new Error('The client did not connect.');
  return { bed, client, server, log };
}

/** Emits `count` with 1 … n from the server and gives the numbers that arrive, in order. */
async function countThrough(fault: Fault, n = 6): Promise<number[]> {
  const { bed, client, server } = await connected();
  const arrived: number[] = [];
  client.on('count', (value: number) => arrived.push(value));
  bed.link.apply(fault);
  for (let value = 1; value <= n; value += 1) server.emit('count', value);
  await bed.settle();
  return arrived;
}

test('refuse makes attempts fail and leaves open connections alone', async () => {
  const { bed, client, log } = await connected();
  const fault = bed.link.apply({ kind: 'refuse' });
  bed.client().on('connect_error', (error) => log.push(error.message));
  await bed.settle();
  expect(log).toEqual(['websocket error']);
  expect(client.connected).toBe(true);
  fault.lift();
  const late = bed.client();
  await bed.settle();
  expect(late.connected).toBe(true);
});

test('refuse also meets an attempt that has begun', async () => {
  const bed = createTestBed();
  const errors: string[] = [];
  bed.client().on('connect_error', (error) => errors.push(error.message));
  bed.link.apply({ kind: 'refuse' });
  await bed.settle();
  expect(errors).toEqual(['websocket error']);
});

test('drop cuts both ends at once, and a new connection is possible', async () => {
  const { bed, client, log } = await connected();
  const fault = bed.link.apply({ kind: 'drop' });
  await bed.settle();
  expect(log).toEqual(['server closed: transport close @0', 'client closed: transport close @0']);
  expect(fault.isActive).toBe(false);
  client.connect();
  await bed.settle();
  expect(client.connected).toBe(true);
});

test.each([
  [false, 1006],
  [true, 1000],
])('a drop (clean: %s) has close code %i', async (clean, code) => {
  const bed = createTestBed();
  const raw = bed.raw();
  await bed.settle();
  bed.link.apply({ kind: 'drop', clean });
  await bed.settle();
  expect(raw.closeCode).toBe(code);
  expect(raw.hasFailed).toBe(false);
});

test('a drop loses what is on its way', async () => {
  const { bed, client, server, log } = await connected();
  bed.link.apply({ kind: 'delay', up: 100, down: 100 });
  server.emit('down', 1);
  client.emit('up', 1);
  await bed.advance(50);
  bed.link.apply({ kind: 'drop' });
  await bed.advance(1000);
  expect(log).toEqual(['server closed: transport close @50', 'client closed: transport close @50']);
  expect(bed.clock.pending()).toBe(0);
});

test('offline cuts and refuses until it is lifted', async () => {
  const { bed, client, log } = await connected();
  const fault = bed.link.apply({ kind: 'offline' });
  await bed.settle();
  client.connect();
  await bed.settle();
  fault.lift();
  client.connect();
  await bed.settle();
  expect(log).toEqual([
    'server closed: transport close @0',
    'client closed: transport close @0',
    'client refused: websocket error @0',
  ]);
  expect(client.connected).toBe(true);
});

test('a client that tries again from its close handler is refused already', async () => {
  const { bed, client, log } = await connected();
  client.once('disconnect', () => client.connect());
  bed.link.apply({ kind: 'offline' });
  await bed.settle();
  expect(log.at(-1)).toBe('client refused: websocket error @0');
});

test('a delay holds each direction for its time', async () => {
  const { bed, client, server, log } = await connected();
  bed.link.apply({ kind: 'delay', up: 30, down: 200 });
  client.emit('up', 1);
  server.emit('down', 1);
  await bed.advance(1000);
  expect(log).toEqual(['server up 1 @30', 'client down 1 @200']);
});

test('connecting over a slow network takes two round trips', async () => {
  const bed = createTestBed();
  bed.link.apply({ kind: 'delay', up: 100, down: 50 });
  let connectedAt = -1;
  bed.client().on('connect', () => {
    connectedAt = bed.elapsed();
  });
  await bed.advance(1000);
  expect(connectedAt).toBe(300);
});

test('delays add up, and order is kept when one is lifted', async () => {
  const { bed, server, log } = await connected();
  bed.link.apply({ kind: 'delay', down: 100 });
  const second = bed.link.apply({ kind: 'delay', down: 400 });
  server.emit('slow', 1);
  second.lift();
  server.emit('fast', 2);
  await bed.advance(100);
  server.emit('fast', 3);
  await bed.advance(1000);
  expect(log).toEqual(['client slow 1 @500', 'client fast 2 @500', 'client fast 3 @500']);
});

test('a close travels behind what was sent before it', async () => {
  const { bed, client, server, log } = await connected();
  bed.link.apply({ kind: 'delay', up: 100 });
  client.emit('last words', 1);
  client.disconnect();
  await bed.advance(1000);
  expect(log).toEqual([
    'client closed: io client disconnect @0',
    'server last words 1 @100',
    'server closed: client namespace disconnect @100',
  ]);
  expect(server.connected).toBe(false);
  expect(bed.link.connections).toBe(0);
});

test('a slow line carries its bytes in their time, one after the other', async () => {
  const { bed, server, log } = await connected();
  bed.link.apply({ kind: 'slow', bytesPerSecond: 100 });
  bed.link.apply({ kind: 'slow', bytesPerSecond: 10_000 });
  // 42["a","…"] is 50 bytes.
  const value = 'x'.repeat(50 - '42["a",""]'.length);
  server.emit('a', value);
  server.emit('a', value);
  await bed.advance(499);
  expect(log).toEqual([]);
  await bed.advance(501);
  expect(log).toEqual([`client a ${value} @500`, `client a ${value} @1000`]);
});

test('when a line is slow no longer, what has waited flows with the delay that is left', async () => {
  const { bed, server, log } = await connected();
  bed.link.apply({ kind: 'delay', down: 20 });
  const fault = bed.link.apply({ kind: 'slow', bytesPerSecond: 1 });
  for (const value of [1, 2, 3]) server.emit('a', value);
  await bed.advance(100);
  fault.lift();
  server.emit('a', 4);
  await bed.advance(20);
  expect(log).toEqual(['client a 1 @120', 'client a 2 @120', 'client a 3 @120', 'client a 4 @120']);
});

test('half-open loses what is on its way', async () => {
  const { bed, client, server, log } = await connected();
  bed.link.apply({ kind: 'delay', up: 100, down: 100 });
  server.emit('down', 1);
  client.emit('up', 1);
  await bed.advance(50);
  bed.link.apply({ kind: 'half-open' });
  await bed.advance(1000);
  expect(log).toEqual([]);
});

test('an attempt that is cut on its way fails at once instead of waiting for the connect timeout', async () => {
  const bed = createTestBed();
  bed.link.apply({ kind: 'delay', up: 100, down: 100 });
  const errors: string[] = [];
  const attempt = (): void =>
    void bed.client().on('connect_error', (e) => errors.push(`${e.message} @${bed.elapsed()}`));
  attempt();
  await bed.advance(50);
  bed.link.apply({ kind: 'drop' });
  await bed.settle();
  attempt();
  await bed.advance(150);
  bed.link.apply({ kind: 'drop' });
  await bed.settle();
  expect(errors).toEqual(['websocket error @50', 'websocket error @200']);
  expect(bed.clock.pending()).toBe(0);
});

test('an attempt that arrives after the server has stopped is told so', async () => {
  const bed = createTestBed();
  bed.link.apply({ kind: 'delay', up: 100, down: 30 });
  const errors: string[] = [];
  bed.client().on('connect_error', (error) => errors.push(`${error.message} @${bed.elapsed()}`));
  await bed.advance(50);
  bed.server.close();
  await bed.advance(1000);
  expect(errors).toEqual(['websocket error @130']);
  expect(bed.link.connections).toBe(0);
});

test('half-open lets nothing through, and each end finds out by itself', async () => {
  const { bed, client, server, log } = await connected({ pingInterval: 1000, pingTimeout: 500 });
  await bed.advance(100);
  bed.link.apply({ kind: 'half-open' });
  client.emit('up', 1);
  server.emit('down', 1);
  await bed.advance(10_000);
  expect(log).toEqual(['client closed: ping timeout @1500', 'server closed: ping timeout @1500']);
  expect(bed.link.connections).toBe(0);
  expect(bed.clock.pending()).toBe(0);
});

test('while half-open no close is told', async () => {
  const first = await connected({ pingInterval: 1000, pingTimeout: 500 });
  first.bed.link.apply({ kind: 'half-open' });
  first.client.disconnect();
  await first.bed.settle();
  expect(first.server.connected).toBe(true);

  const second = await connected({ pingInterval: 1000, pingTimeout: 500 });
  second.bed.link.apply({ kind: 'half-open' });
  second.server.disconnect(true);
  await second.bed.settle();
  expect(second.client.connected).toBe(true);
  await second.bed.advance(1500);
  expect(second.log.at(-1)).toBe('client closed: ping timeout @1500');
});

test('a connection that was half-open stays dead when the network is back, a new one lives', async () => {
  const { bed, client, server, log } = await connected();
  const fault = bed.link.apply({ kind: 'half-open' });
  fault.lift();
  server.emit('down', 1);
  client.emit('up', 1);
  const fresh = bed.client();
  await bed.settle();
  expect(log).toEqual([]);
  expect(fresh.connected).toBe(true);
});

test('an attempt while half-open hangs until the client gives up', async () => {
  const bed = createTestBed();
  const fault = bed.link.apply({ kind: 'half-open' });
  const client = bed.client();
  await bed.settle();
  fault.lift();
  await bed.advance(19_999);
  expect(client.connected).toBe(false);
  expect(client.io.engine.readyState).toBe('opening');
  await bed.advance(1);
  expect(client.io.engine.readyState).toBe('closed');
});

test('a drop reaches a half-open connection too', async () => {
  const { bed, log } = await connected();
  bed.link.apply({ kind: 'half-open' });
  bed.link.apply({ kind: 'drop' });
  await bed.settle();
  expect(log).toEqual(['server closed: transport close @0', 'client closed: transport close @0']);
});

test('a stall downwards holds everything, then delivers it in order', async () => {
  const { bed, client, server, log } = await connected();
  const fault = bed.link.apply({ kind: 'stall', direction: 'down' });
  server.emit('down', 1);
  server.emit('down', 2);
  client.emit('up', 1);
  await bed.advance(500);
  fault.lift();
  await bed.settle();
  expect(log).toEqual(['server up 1 @0', 'client down 1 @500', 'client down 2 @500']);
});

test('a stall upwards holds the close back as well', async () => {
  const { bed, client, log } = await connected();
  const fault = bed.link.apply({ kind: 'stall', direction: 'up' });
  client.emit('up', 1);
  client.disconnect();
  await bed.advance(500);
  expect(log).toEqual(['client closed: io client disconnect @0']);
  fault.lift();
  await bed.settle();
  expect(log.slice(1)).toEqual(['server up 1 @500', 'server closed: client namespace disconnect @500']);
});

test('two stalls of one direction hold until both are lifted', async () => {
  const { bed, server, log } = await connected();
  const first = bed.link.apply({ kind: 'stall', direction: 'down' });
  const second = bed.link.apply({ kind: 'stall', direction: 'down' });
  server.emit('down', 1);
  first.lift();
  await bed.settle();
  expect(log).toEqual([]);
  second.lift();
  await bed.settle();
  expect(log).toEqual(['client down 1 @0']);
});

test('a long enough stall downwards makes the client time out', async () => {
  const { bed, log } = await connected({ pingInterval: 1000, pingTimeout: 500 });
  bed.link.apply({ kind: 'stall', direction: 'down' });
  await bed.advance(2000);
  expect(log).toEqual(['client closed: ping timeout @1500', 'server closed: transport close @1500']);
});

test('a stall under a delay delivers late items at once and the others in their time', async () => {
  const { bed, server, log } = await connected();
  bed.link.apply({ kind: 'delay', down: 100 });
  const stall = bed.link.apply({ kind: 'stall', direction: 'down' });
  server.emit('down', 1);
  await bed.advance(150);
  server.emit('down', 2);
  stall.lift();
  await bed.advance(1000);
  expect(log).toEqual(['client down 1 @150', 'client down 2 @250']);
});

test.each<[string, Fault, number[]]>([
  ['a duplicate arrives twice', { kind: 'duplicate' }, [1, 1, 2, 3, 4, 5, 6]],
  ['duplicates are counted', { kind: 'duplicate', times: 2 }, [1, 1, 2, 2, 3, 4, 5, 6]],
  ['a hole never arrives', { kind: 'hole' }, [2, 3, 4, 5, 6]],
  ['holes go on until lifted', { kind: 'hole', times: Infinity }, []],
  ['a reordered event is overtaken once', { kind: 'reorder' }, [2, 1, 3, 4, 5, 6]],
  ['a reordered event can be overtaken by several', { kind: 'reorder', past: 3 }, [2, 3, 4, 1, 5, 6]],
  ['two in a row are held, and come back in order', { kind: 'reorder', times: 2, past: 2 }, [3, 4, 1, 2, 5, 6]],
  ['a predicate chooses', { kind: 'hole', times: 2, match: ({ args }) => Number(args[0]) % 2 === 0 }, [1, 3, 5, 6]],
  ['a name chooses', { kind: 'hole', match: 'count' }, [2, 3, 4, 5, 6]],
  ['several names choose', { kind: 'hole', match: ['other', 'count'] }, [2, 3, 4, 5, 6]],
  ['another name is left alone', { kind: 'hole', match: 'other' }, [1, 2, 3, 4, 5, 6]],
  ['a payload can be replaced', { kind: 'malformed', replaceWith: { args: [99] } }, [99, 2, 3, 4, 5, 6]],
  [
    'a payload can be changed',
    { kind: 'malformed', times: 2, replaceWith: { change: ([value]) => [Number(value) * 10] } },
    [10, 20, 3, 4, 5, 6],
  ],
])('%s', async (_name, fault, expected) => {
  expect(await countThrough(fault)).toEqual(expected);
});

test('a malformed frame is a parse error for the client', async () => {
  const { bed, server, log } = await connected();
  bed.link.apply({ kind: 'malformed', match: 'down', replaceWith: { frame: '42["half' } });
  server.emit('down', 1);
  await bed.settle();
  expect(log).toEqual(['client closed: parse error @0', 'server closed: transport close @0']);
});

test('a predicate sees namespace, name and arguments', async () => {
  const { bed, server } = await connected();
  const seen: unknown[] = [];
  bed.link.apply({ kind: 'hole', match: (event) => seen.push(event) === 0 });
  server.emit('down', 1, { two: 2 });
  await bed.settle();
  expect(seen).toEqual([{ namespace: '/', event: 'down', args: [1, { two: 2 }] }]);
});

test('an event that waits for an ack keeps its ack through a fault', async () => {
  const { bed, client, server } = await connected();
  client.on('ask', (value: number, ack: (answer: number) => void) => ack(value));
  bed.link.apply({ kind: 'malformed', replaceWith: { args: [7] } });
  const answer = server.emitWithAck('ask', 1);
  await bed.settle();
  expect(await answer).toBe(7);
});

test('packet faults leave acks, connects and disconnects alone', async () => {
  const { bed, client, server } = await connected();
  server.on('ask', (ack: (answer: string) => void) => ack('answered'));
  bed.link.apply({ kind: 'hole', times: Infinity });
  const late = bed.client();
  const answer: Promise<unknown> = client.emitWithAck('ask');
  await bed.settle();
  expect(await answer).toBe('answered');
  expect(late.connected).toBe(true);
  server.disconnect();
  await bed.settle();
  expect(client.connected).toBe(false);
});

test('a hole takes the attachments of a binary event with it', async () => {
  const { bed, client, server } = await connected();
  const arrived: number[] = [];
  client.on('bytes', (value: ArrayBuffer) => arrived.push(value.byteLength));
  bed.link.apply({ kind: 'hole', match: 'bytes' });
  server.emit('bytes', new ArrayBuffer(3));
  server.emit('bytes', new ArrayBuffer(5));
  await bed.settle();
  expect(arrived).toEqual([5]);
  expect(client.connected).toBe(true);
});

test('faults compose in the order in which they were put in force', async () => {
  const { bed, server, log } = await connected();
  bed.link.apply({ kind: 'delay', down: 10 });
  bed.link.apply({ kind: 'malformed', match: 'a', replaceWith: { args: ['changed'] } });
  bed.link.apply({ kind: 'duplicate', match: 'a' });
  bed.link.apply({ kind: 'hole', match: 'a' });
  server.emit('a', 'original');
  server.emit('b', 1);
  await bed.advance(10);
  expect(log).toEqual(['client a changed @10', 'client b 1 @10']);
});

test('lifting a reorder delivers what it held back', async () => {
  const { bed, server, log } = await connected();
  const fault = bed.link.apply({ kind: 'reorder', past: 5 });
  server.emit('down', 1);
  server.emit('down', 2);
  await bed.settle();
  expect(log).toEqual(['client down 2 @0']);
  expect(fault.isActive).toBe(true);
  fault.lift();
  await bed.settle();
  expect(log).toEqual(['client down 2 @0', 'client down 1 @0']);
});

test('what was held back from a connection that ended is gone', async () => {
  const { bed, client, server, log } = await connected();
  const fault = bed.link.apply({ kind: 'reorder', match: 'down' });
  server.emit('down', 1);
  bed.link.apply({ kind: 'drop' });
  await bed.settle();
  expect(fault.isActive).toBe(false);
  client.connect();
  await bed.settle();
  bed.server.emit('other', 2);
  await bed.settle();
  expect(log.slice(2)).toEqual(['client other 2 @0']);
  fault.lift();
  await bed.settle();
  expect(log).toHaveLength(3);
});

test('events of one connection do not count for what another one waits for', async () => {
  const bed = createTestBed();
  const sockets: MockSocket[] = [];
  bed.server.on('connection', (socket) => sockets.push(socket));
  const arrived: string[] = [];
  for (const name of ['a', 'b']) {
    bed.client().on('count', (value: number) => arrived.push(`${name}${value}`));
    await bed.settle();
  }
  const [a, b] = sockets;
  bed.link.apply({ kind: 'reorder' });
  a?.emit('count', 1);
  b?.emit('count', 1);
  a?.emit('count', 2);
  await bed.settle();
  expect(arrived).toEqual(['b1', 'a2', 'a1']);
});

test('the server does not notice a packet fault', async () => {
  const { bed, server } = await connected();
  const before = bed.server.connections;
  bed.link.apply({ kind: 'hole', times: Infinity });
  for (let value = 0; value < 10; value += 1) server.emit('down', value);
  await bed.settle();
  expect(server.connected).toBe(true);
  expect(bed.server.connections).toBe(before);
});

test('the faults in force are listed for a UI, with what is left of them', async () => {
  const { bed, server } = await connected();
  const heard: number[] = [];
  const unsubscribe = bed.link.onChange(() => heard.push(bed.link.describe().length));
  bed.link.apply({ kind: 'delay', up: 5, down: 10 });
  bed.link.apply({ kind: 'hole', match: ['job:progress', 'job:step'], times: 2 });
  bed.link.apply({ kind: 'drop', clean: true });
  const { connections } = bed.link;
  expect(connections).toBe(0);
  expect(bed.link.describe()).toEqual([
    { id: 1, kind: 'delay', text: 'delays 5 ms up, 10 ms down' },
    { id: 2, kind: 'hole', text: 'swallows job:progress, job:step', remaining: 2 },
  ]);
  expect(heard).toEqual([1, 2, 2]);
  expect(server.connected).toBe(false);
  unsubscribe();
  bed.link.liftAll();
  expect(bed.link.describe()).toEqual([]);
  expect(heard).toHaveLength(3);
});

test('a fault that is used up is no longer in force, and lifting it changes nothing', async () => {
  const { bed, server } = await connected();
  const fault = bed.link.apply({ kind: 'hole', times: 2 });
  server.emit('down', 1);
  expect(fault.remaining).toBe(1);
  expect(bed.link.faults().map(({ id }) => id)).toEqual([fault.id]);
  server.emit('down', 2);
  expect(fault.remaining).toBe(0);
  expect(fault.isActive).toBe(false);
  expect(bed.link.faults()).toEqual([]);
  fault.lift();
  expect(bed.link.faults()).toEqual([]);
});

test('every kind of fault has words', () => {
  const faults: Fault[] = [
    { kind: 'refuse' },
    { kind: 'drop' },
    { kind: 'drop', clean: true },
    { kind: 'offline' },
    { kind: 'delay' },
    { kind: 'slow', bytesPerSecond: 2000 },
    { kind: 'half-open' },
    { kind: 'stall', direction: 'up' },
    { kind: 'duplicate', match: 'a' },
    { kind: 'reorder', past: 2 },
    { kind: 'hole', match: () => true },
    { kind: 'malformed', replaceWith: { args: [] } },
  ];
  expect(faults.map(describeFault)).toEqual([
    'refuses connections',
    'cuts every connection',
    'closes every connection',
    'offline',
    'delays 0 ms up, 0 ms down',
    'carries 2000 bytes a second',
    'half-open: nothing gets through, nobody is told',
    'holds back everything going up',
    'duplicates a',
    'holds back events past the next 2',
    'swallows some events',
    'replaces events',
  ]);
});

test('the wire log names every message both ways', async () => {
  const bed = createTestBed();
  const packets: Partial<WirePacket>[] = [];
  const unsubscribe = bed.link.onPacket(({ data: _data, at, ...packet }) =>
    packets.push({ ...packet, at: at - start }),
  );
  const start = bed.clock.now();
  bed.server.of('/jobs').on('connection', (socket) => {
    socket.on('ask', (_value: unknown, ack: (answer: ArrayBuffer) => void) => ack(new ArrayBuffer(4)));
  });
  bed.link.apply({ kind: 'delay', down: 20 });
  const client = bed.client('/jobs');
  client.emit('ask', 'ä', () => undefined);
  await bed.advance(100);
  client.disconnect();
  await bed.settle();
  expect(packets.map(({ bytes, ...packet }) => ({ ...packet, hasBytes: (bytes ?? 0) > 0 }))).toEqual([
    { connection: 1, direction: 'down', at: 20, type: 'open', hasBytes: true },
    { connection: 1, direction: 'up', at: 20, type: 'connect', namespace: '/jobs', hasBytes: true },
    { connection: 1, direction: 'down', at: 40, type: 'connect', namespace: '/jobs', hasBytes: true },
    { connection: 1, direction: 'up', at: 40, type: 'event', namespace: '/jobs', id: 0, event: 'ask', hasBytes: true },
    { connection: 1, direction: 'down', at: 60, type: 'binary_ack', namespace: '/jobs', id: 0, hasBytes: true },
    { connection: 1, direction: 'down', at: 60, type: 'attachment', hasBytes: true },
    { connection: 1, direction: 'up', at: 100, type: 'disconnect', namespace: '/jobs', hasBytes: true },
  ]);
  expect(packets.find(({ type }) => type === 'event')?.bytes).toBe('42/jobs,0["ask","ä"]'.length + 1);
  expect(packets.find(({ type }) => type === 'attachment')?.bytes).toBe(4);
  const count = packets.length;
  unsubscribe();
  bed.client('/jobs');
  await bed.settle();
  expect(packets).toHaveLength(count);
});

test('the wire log marks what the network swallowed, and what cannot be read', async () => {
  const { bed, client, server } = await connected();
  const packets: string[] = [];
  bed.link.onPacket(({ direction, type, event, lost }) =>
    packets.push([direction, type, event, lost ? 'lost' : ''].join(' ')),
  );
  bed.link.apply({ kind: 'hole', match: 'swallowed' });
  bed.link.apply({ kind: 'malformed', match: 'broken', replaceWith: { frame: '4z' } });
  server.emit('swallowed', 1);
  server.emit('broken', 1);
  await bed.settle();
  expect(packets).toEqual(['down event swallowed lost', 'down invalid  ']);
  client.connect();
  await bed.settle();
  packets.length = 0;
  bed.link.apply({ kind: 'half-open' });
  client.emit('up', 1);
  bed.server.emit('down', 1);
  await bed.settle();
  expect(packets).toEqual(['down event down lost', 'up event up lost']);
});
