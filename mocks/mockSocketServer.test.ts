import { expect, test, vi } from 'vitest';
import { createMockSocketServer } from './mockSocketServer.ts';
import { createTestBed, type TestBed } from './testing/testBed.ts';
import type { MockSocket } from './socketio/socket.ts';

/** The server's sockets of `/`, oldest first, as they connect. */
function serverSockets(bed: TestBed): MockSocket[] {
  const sockets: MockSocket[] = [];
  bed.server.on('connection', (socket) => sockets.push(socket));
  return sockets;
}

function first<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined) throw new Error('There is none.');
  return value;
}

function bytes(...values: number[]): ArrayBuffer {
  return Uint8Array.from(values).buffer;
}

/** What arrived as binary, whatever view the platform's decoder chose. */
function toNumbers(value: unknown): number[] {
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  if (ArrayBuffer.isView(value)) return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
  throw new Error('This is not binary.');
}

test('a client connects to the main namespace, and both ends agree on its id', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  const client = bed.client();
  await bed.settle();
  expect(client.connected).toBe(true);
  expect(client.id).toBe(first(sockets).id);
  expect(first(sockets).connected).toBe(true);
  expect(bed.server.sockets.get(client.id ?? '')).toBe(first(sockets));
});

test('no virtual time passes while a client connects', async () => {
  const bed = createTestBed();
  bed.client();
  await bed.settle();
  expect(bed.elapsed()).toBe(0);
});

test('the handshake carries auth, query and headers', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  bed.client('/', { auth: { token: 'dev:ada' }, query: { region: 'eu' }, extraHeaders: { Origin: 'http://here' } });
  await bed.settle();
  const { handshake } = first(sockets);
  expect(handshake.auth).toEqual({ token: 'dev:ada' });
  expect(handshake.query).toEqual({ EIO: '4', transport: 'websocket', region: 'eu' });
  expect(handshake.headers).toEqual({ origin: 'http://here' });
  expect(handshake.issued).toBe(bed.clock.now());
});

test('without auth the handshake has an empty one', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  bed.client();
  await bed.settle();
  expect(first(sockets).handshake.auth).toEqual({});
});

test('a middleware refuses with data, and the connection stays for other namespaces', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  bed.server.use((socket, next) => {
    const { token } = socket.handshake.auth;
    next(token === 'good' ? undefined : Object.assign(new Error('unauthorized'), { data: { retryable: false } }));
  });
  bed.server.of('/open');
  const manager = bed.manager();
  const refused = manager.socket('/', { auth: { token: 'bad' } });
  const errors: unknown[] = [];
  refused.on('connect_error', (error: Error & { data?: unknown }) => errors.push([error.message, error.data]));
  const other = manager.socket('/open');
  refused.connect();
  other.connect();
  await bed.settle();
  expect(errors).toEqual([['unauthorized', { retryable: false }]]);
  expect(refused.connected).toBe(false);
  expect(other.connected).toBe(true);
  expect(sockets).toEqual([]);
});

test('middlewares run in order, may take their time, and a refusal skips the rest', async () => {
  const bed = createTestBed();
  const log: string[] = [];
  bed.server
    .use((_socket, next) => {
      log.push('first');
      bed.clock.setTimeout(next, 100);
    })
    .use((_socket, next) => {
      log.push('second');
      next(new Error('no'));
    })
    .use((_socket, next) => {
      log.push('third');
      next();
    });
  const client = bed.client();
  const errors: string[] = [];
  client.on('connect_error', (error) => errors.push(error.message));
  await bed.settle();
  expect(log).toEqual(['first']);
  await bed.advance(100);
  expect(log).toEqual(['first', 'second']);
  expect(errors).toEqual(['no']);
});

test('a middleware that throws is reported, and the client is closed at the connect timeout', async () => {
  const bed = createTestBed({ connectTimeout: 1000 });
  const errors = await uncaughtDuring(async () => {
    bed.server.use(() => {
      throw new Error('middleware');
    });
    const client = bed.client();
    await bed.advance(999);
    expect(client.io.engine.readyState).toBe('open');
    await bed.advance(1);
    expect(client.io.engine.readyState).toBe('closed');
  });
  expect(errors).toEqual([new Error('middleware')]);
});

/** The uncaught errors that `work` brings about, kept from the test runner. */
async function uncaughtDuring(work: () => Promise<void>): Promise<unknown[]> {
  const errors: unknown[] = [];
  const collect = (error: unknown): void => void errors.push(error);
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', collect);
  try {
    await work();
  } finally {
    process.removeListener('uncaughtException', collect);
    for (const listener of before) process.on('uncaughtException', listener);
  }
  return errors;
}

test('a client that leaves while a middleware thinks never connects', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  bed.server.use((_socket, next) => bed.clock.setTimeout(next, 100));
  const client = bed.client();
  await bed.settle();
  client.disconnect();
  await bed.advance(100);
  expect(sockets).toEqual([]);
  expect(bed.server.sockets.size).toBe(0);
  expect(bed.clock.pending()).toBe(0);
});

test('a request that is not allowed fails before any socket exists', async () => {
  const seen: unknown[] = [];
  const bed = createTestBed({
    allowRequest: ({ headers, query }) => {
      seen.push([headers['origin'], query['EIO']]);
      return false;
    },
  });
  const sockets = serverSockets(bed);
  const client = bed.client('/', { extraHeaders: { origin: 'http://evil' } });
  const errors: unknown[] = [];
  client.on('connect_error', (error: Error & { data?: unknown }) => errors.push([error.message, error.data]));
  await bed.settle();
  expect(errors).toEqual([['websocket error', undefined]]);
  expect(seen).toEqual([['http://evil', '4']]);
  expect(sockets).toEqual([]);
  expect(bed.server.connections).toBe(0);
});

test('an unknown namespace is refused by name', async () => {
  const bed = createTestBed();
  const client = bed.client('/nowhere');
  const errors: string[] = [];
  client.on('connect_error', (error) => errors.push(error.message));
  await bed.settle();
  expect(errors).toEqual(['Invalid namespace']);
});

test('where no server listens an attempt fails as a browser says it', async () => {
  const bed = createTestBed();
  bed.server.close();
  const client = bed.client();
  const errors: string[] = [];
  client.on('connect_error', (error) => errors.push(error.message));
  await bed.settle();
  expect(errors).toEqual(['websocket error']);
});

test('events pass both ways with their arguments', async () => {
  const bed = createTestBed();
  const received: unknown[] = [];
  bed.server.on('connection', (socket) => {
    socket.on('up', (...args: unknown[]) => {
      received.push(args);
      socket.emit('down', ...args, 'and back');
    });
  });
  const client = bed.client();
  client.on('down', (...args: unknown[]) => received.push(args));
  client.emit('up', 1, '2', { 3: [true, null] });
  await bed.settle();
  expect(received).toEqual([
    [1, '2', { 3: [true, null] }],
    [1, '2', { 3: [true, null] }, 'and back'],
  ]);
});

test('events keep their order within one moment', async () => {
  const bed = createTestBed();
  const received: number[] = [];
  bed.server.on('connection', (socket) => {
    socket.on('count', (value: number) => received.push(value));
  });
  const client = bed.client();
  await bed.settle();
  for (let value = 0; value < 50; value += 1) client.emit('count', value);
  await bed.settle();
  expect(received).toEqual(Array.from({ length: 50 }, (_, index) => index));
});

test('binary passes both ways, nested and as several attachments', async () => {
  const bed = createTestBed();
  const received: unknown[] = [];
  bed.server.on('connection', (socket) => {
    socket.on('up', (one: ArrayBuffer, nested: { deep: ArrayBuffer[] }) => {
      received.push(one instanceof ArrayBuffer, toNumbers(one), nested.deep.map(toNumbers));
      socket.emit('down', Uint8Array.of(7, 8), { buffer: bytes(9) });
    });
  });
  const client = bed.client();
  client.on('down', (one: unknown, { buffer }: { buffer: unknown }) =>
    received.push(toNumbers(one), toNumbers(buffer)),
  );
  client.emit('up', bytes(1, 2), { deep: [Uint8Array.of(3), Uint8Array.of(0, 4, 5).subarray(1)] });
  await bed.settle();
  expect(received).toEqual([true, [1, 2], [[3], [4, 5]], [7, 8], [9]]);
});

test('binary is copied on its way down, as a network would', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  const received: number[][] = [];
  bed.client().on('down', (...values: unknown[]) => received.push(...values.map(toNumbers)));
  await bed.settle();
  const view = Uint8Array.of(1, 2, 3).subarray(1);
  const whole = Uint8Array.of(4, 5);
  bed.link.apply({ kind: 'delay', down: 10 });
  first(sockets).emit('down', view, whole.buffer);
  view.fill(0);
  whole.fill(0);
  await bed.advance(10);
  expect(received).toEqual([
    [2, 3],
    [4, 5],
  ]);
});

test('real time that passes while the virtual one stands still expires no connection', async () => {
  const bed = createTestBed();
  const received: string[] = [];
  bed.server.on('connection', (socket) => socket.on('up', (value: string) => received.push(value)));
  const client = bed.client();
  await bed.settle();
  const tomorrow = Date.now() + 86_400_000;
  const now = vi.spyOn(Date, 'now').mockReturnValue(tomorrow);
  try {
    client.emit('up', 'still here');
    await bed.settle();
  } finally {
    now.mockRestore();
  }
  expect(received).toEqual(['still here']);
  expect(client.connected).toBe(true);
});

test('the client acknowledges what the server emits', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  bed.client().on('ask', (value: number, ack: (...answer: unknown[]) => void) => ack(value * 2, 'extra'));
  await bed.settle();
  const answers: unknown[] = [];
  first(sockets).emit('ask', 21, (...answer: unknown[]) => answers.push(answer));
  const promised = first(sockets).emitWithAck('ask', 4);
  await bed.settle();
  expect(answers).toEqual([[42, 'extra']]);
  expect(await promised).toBe(8);
});

test('the server acknowledges what the client emits, once', async () => {
  const bed = createTestBed();
  bed.server.on('connection', (socket) => {
    socket.on('ask', (ack: (answer: string) => void) => {
      ack('yes');
      ack('again');
    });
  });
  const client = bed.client();
  const answers: string[] = [];
  client.emit('ask', (answer: string) => answers.push(answer));
  await bed.settle();
  expect(answers).toEqual(['yes']);
});

test('acks carry binary both ways', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  bed.server.on('connection', (socket) => {
    socket.on('echo', (value: ArrayBuffer, ack: (value: ArrayBuffer) => void) => ack(value));
  });
  const client = bed.client();
  client.on('echo', (value: unknown, ack: (value: unknown) => void) => ack(value));
  await bed.settle();
  const fromServer: unknown = await awaitSettled(bed, client.emitWithAck('echo', bytes(1, 2, 3)));
  const fromClient = await awaitSettled(bed, first(sockets).emitWithAck('echo', bytes(4, 5)));
  expect(toNumbers(fromServer)).toEqual([1, 2, 3]);
  expect(toNumbers(fromClient)).toEqual([4, 5]);
});

async function awaitSettled<T>(bed: TestBed, promise: Promise<T>): Promise<T> {
  await bed.settle();
  return promise;
}

test('an ack with a timeout gets an error first when nobody answers in time', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  const client = bed.client();
  client.on('answered', (ack: (answer: string) => void) => ack('here'));
  await bed.settle();
  const results: unknown[] = [];
  const socket = first(sockets);
  socket.timeout(500).emit('answered', (...result: unknown[]) => results.push(result));
  socket.timeout(500).emit('ignored', (error: Error) => results.push(error.message));
  const rejected = expect(socket.timeout(500).emitWithAck('ignored')).rejects.toThrow('operation has timed out');
  await bed.advance(499);
  expect(results).toEqual([[null, 'here']]);
  await bed.advance(1);
  await rejected;
  expect(results).toEqual([[null, 'here'], 'operation has timed out']);
});

test("the client's own ack timeout runs on the virtual clock", async () => {
  const bed = createTestBed();
  const client = bed.client();
  await bed.settle();
  const rejected = expect(client.timeout(3000).emitWithAck('ignored')).rejects.toThrow('operation has timed out');
  await bed.advance(3000);
  await rejected;
  expect(bed.elapsed()).toBe(3000);
});

test('reserved names cannot be emitted', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  bed.client();
  await bed.settle();
  for (const name of ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener']) {
    expect(() => first(sockets).emit(name)).toThrow(`"${name}" is a reserved event name`);
  }
});

test('onAny hears every event of the client before its listeners do, and offAny ends it', async () => {
  const bed = createTestBed();
  const log: string[] = [];
  bed.server.on('connection', (socket) => {
    const heard = (event: string, value: number): void => void log.push(`any ${event} ${value}`);
    socket.onAny(heard);
    socket.on('a', (value: number) => {
      log.push(`a ${value}`);
      socket.offAny(heard);
    });
  });
  const client = bed.client();
  client.emit('a', 1);
  await bed.settle();
  client.emit('b', 2);
  await bed.settle();
  expect(log).toEqual(['any a 1', 'a 1']);
});

test('listeners can be removed, and once means once', async () => {
  const bed = createTestBed();
  const log: string[] = [];
  bed.server.on('connection', (socket) => {
    const kept = (): void => void log.push('kept');
    const removed = (): void => void log.push('removed');
    socket
      .on('ping me', kept)
      .on('ping me', removed)
      .once('ping me', () => log.push('once'))
      .off('ping me', removed);
  });
  const client = bed.client();
  client.emit('ping me');
  client.emit('ping me');
  await bed.settle();
  expect(log).toEqual(['kept', 'once', 'kept']);
});

test('a listener that throws is reported, and neither the others nor the connection suffer', async () => {
  const bed = createTestBed();
  const log: string[] = [];
  bed.server.on('connection', (socket) => {
    socket.on('go', () => {
      throw new Error('listener');
    });
    socket.on('go', () => log.push('second'));
  });
  const client = bed.client();
  const errors = await uncaughtDuring(async () => {
    client.emit('go');
    await bed.settle();
  });
  expect(errors).toEqual([new Error('listener')]);
  expect(log).toEqual(['second']);
  expect(client.connected).toBe(true);
});

test('rooms choose who gets an event, each once, in the order of connecting', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  const log: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    const client = bed.client();
    client.on('news', (text: string) => log.push(`${name} ${text}`));
    await bed.settle();
  }
  const [a, b, c] = sockets;
  a?.join(['red', 'blue']);
  b?.join('blue');
  bed.server.to('red').to('blue').emit('news', 'rooms');
  bed.server.except('red').emit('news', 'except');
  bed.server.emit('news', 'all');
  a?.to('blue').emit('news', 'from a');
  a?.broadcast.emit('news', 'broadcast');
  bed.server.to(c?.id ?? '').emit('news', 'own room');
  b?.leave('blue');
  bed.server.in('blue').emit('news', 'left');
  await bed.settle();
  expect(log).toEqual([
    'a rooms',
    'b rooms',
    'b except',
    'c except',
    'a all',
    'b all',
    'c all',
    'b from a',
    'b broadcast',
    'c broadcast',
    'c own room',
    'a left',
  ]);
});

test('a socket is in the room of its id until it disconnects, and joins nothing afterwards', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  const client = bed.client();
  await bed.settle();
  const socket = first(sockets);
  socket.join('late');
  const rooms: string[][] = [];
  socket.on('disconnecting', () => rooms.push([...socket.rooms]));
  socket.on('disconnect', () => rooms.push([...socket.rooms]));
  client.disconnect();
  await bed.settle();
  socket.join('after');
  expect(rooms).toEqual([[socket.id, 'late'], []]);
  expect(socket.rooms.size).toBe(0);
});

test('several namespaces share one connection and end one by one', async () => {
  const bed = createTestBed();
  const log: string[] = [];
  for (const name of ['/', '/jobs']) {
    bed.server.of(name).on('connection', (socket) => {
      socket.on('say', (text: string) => log.push(`${name} ${text}`));
      socket.on('disconnect', (reason: string) => log.push(`${name} ${reason}`));
    });
  }
  const manager = bed.manager();
  const main = manager.socket('/');
  const jobs = manager.socket('/jobs');
  main.connect();
  jobs.connect();
  await bed.settle();
  expect(bed.server.connections).toBe(1);
  expect(main.id).not.toBe(jobs.id);
  jobs.disconnect();
  main.emit('say', 'still here');
  await bed.settle();
  expect(log).toEqual(['/jobs client namespace disconnect', '/ still here']);
  expect(bed.server.connections).toBe(1);
});

test('a namespace broadcasts to its own sockets alone', async () => {
  const bed = createTestBed();
  bed.server.of('/jobs');
  const log: string[] = [];
  bed.client('/').on('news', () => log.push('main'));
  bed.client('/jobs').on('news', () => log.push('jobs'));
  await bed.settle();
  bed.server.of('jobs').emit('news');
  await bed.settle();
  expect(log).toEqual(['jobs']);
});

test('a client that disconnects tells the server why', async () => {
  const bed = createTestBed();
  const reasons: string[] = [];
  bed.server.on('connection', (socket) => {
    socket.on('disconnecting', (reason: string) => reasons.push(`${reason}, ${socket.connected}`));
    socket.on('disconnect', (reason: string) => reasons.push(`${reason}, ${socket.connected}`));
  });
  const client = bed.client();
  await bed.settle();
  client.disconnect();
  await bed.settle();
  expect(reasons).toEqual(['client namespace disconnect, true', 'client namespace disconnect, false']);
});

test('a client whose engine closes is a transport that closed', async () => {
  const bed = createTestBed();
  const reasons: string[] = [];
  bed.server.on('connection', (socket) => socket.on('disconnect', (reason: string) => reasons.push(reason)));
  const client = bed.client();
  await bed.settle();
  client.io.engine.close();
  await bed.settle();
  expect(reasons).toEqual(['transport close']);
});

test.each([false, true])('the server disconnects a socket (close: %s), and both ends learn why', async (close) => {
  const bed = createTestBed();
  const reasons: string[] = [];
  bed.server.on('connection', (socket) => {
    socket.on('disconnect', (reason: string) => reasons.push(reason));
    socket.on('leave', () => socket.disconnect(close));
  });
  const client = bed.client();
  client.on('disconnect', (reason) => reasons.push(reason));
  client.emit('leave');
  await bed.settle();
  expect(reasons).toEqual(['server namespace disconnect', 'io server disconnect']);
  expect(bed.server.connections).toBe(0);
});

test('disconnecting with close ends the other namespaces of the connection too', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  bed.server.of('/jobs');
  const manager = bed.manager();
  const reasons: string[] = [];
  for (const name of ['/', '/jobs']) {
    manager
      .socket(name)
      .on('disconnect', (reason) => reasons.push(`${name} ${reason}`))
      .connect();
  }
  await bed.settle();
  first(sockets).disconnect(true);
  await bed.settle();
  expect(reasons).toEqual(['/ io server disconnect', '/jobs io server disconnect']);
  expect(bed.link.connections).toBe(0);
});

test('closing the connection below is a transport close for the client', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  const client = bed.client();
  const reasons: string[] = [];
  client.on('disconnect', (reason) => reasons.push(reason));
  await bed.settle();
  first(sockets).on('disconnect', (reason: string) => reasons.push(reason));
  first(sockets).conn.close();
  await bed.settle();
  expect(reasons).toEqual(['forced close', 'transport close']);
});

test('emitting to a socket that has gone does nothing', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  const client = bed.client();
  await bed.settle();
  client.disconnect();
  await bed.settle();
  expect(() => first(sockets).emit('hello')).not.toThrow();
  expect(first(sockets).disconnect()).toBe(first(sockets));
});

test('disconnectSockets ends the chosen ones', async () => {
  const bed = createTestBed();
  const sockets = serverSockets(bed);
  const clients = [bed.client(), bed.client()];
  await bed.settle();
  first(sockets).join('unlucky');
  bed.server.to('unlucky').disconnectSockets();
  await bed.settle();
  expect(clients.map((client) => client.connected)).toEqual([false, true]);
});

test('pings go on the virtual clock, and a client that answers stays', async () => {
  const bed = createTestBed({ pingInterval: 1000, pingTimeout: 500 });
  const client = bed.client();
  const pings: number[] = [];
  client.io.on('ping', () => pings.push(bed.elapsed()));
  await bed.advance(5000);
  expect(pings).toEqual([1000, 2000, 3000, 4000, 5000]);
  expect(client.connected).toBe(true);
});

test('a client that hears no pings finds out by itself after interval and timeout', async () => {
  const bed = createTestBed({ pingInterval: 1000, pingTimeout: 500 });
  const client = bed.client();
  const log: unknown[] = [];
  client.on('disconnect', (reason) => log.push([reason, bed.elapsed()]));
  await bed.settle();
  bed.link.apply({ kind: 'half-open' });
  await bed.advance(1499);
  expect(log).toEqual([]);
  await bed.advance(1);
  expect(log).toEqual([['ping timeout', 1500]]);
});

test('a client that does not answer pings is closed by the server', async () => {
  const bed = createTestBed({ pingInterval: 1000, pingTimeout: 500 });
  const log: unknown[] = [];
  bed.server.on('connection', (socket) => {
    socket.on('disconnect', (reason: string) => log.push([reason, bed.elapsed()]));
  });
  const raw = bed.raw();
  await bed.settle();
  raw.send('40');
  await bed.advance(1499);
  expect(log).toEqual([]);
  await bed.advance(1);
  expect(log).toEqual([['ping timeout', 1500]]);
  expect(raw.closeCode).toBe(1005);
});

test("socket.io-client's reconnection runs on the virtual clock", async () => {
  const bed = createTestBed();
  const client = bed.client('/', { reconnection: true, reconnectionDelay: 1000, randomizationFactor: 0 });
  const log: unknown[] = [];
  client.on('connect', () => log.push(['connect', bed.elapsed()]));
  client.on('disconnect', (reason) => log.push([reason, bed.elapsed()]));
  await bed.settle();
  bed.link.apply({ kind: 'drop' });
  await bed.advance(5000);
  expect(log).toEqual([
    ['connect', 0],
    ['transport close', 0],
    ['connect', 1000],
  ]);
});

test('an attempt that hears nothing fails at the connect timeout', async () => {
  const bed = createTestBed();
  bed.link.apply({ kind: 'half-open' });
  const client = bed.client();
  const log: unknown[] = [];
  client.on('connect_error', (error) => log.push([error.message, bed.elapsed()]));
  await bed.advance(60_000);
  expect(log).toEqual([['timeout', 20_000]]);
  expect(bed.clock.pending()).toBe(0);
});

test('a server that closes ends its sockets first and leaves nothing behind', async () => {
  const bed = createTestBed();
  const log: string[] = [];
  bed.server.on('connection', (socket) => {
    socket.on('disconnect', (reason: string) => log.push(`server: ${reason}`));
    socket.timeout(60_000).emit('ignored', (error: Error) => log.push(`ack: ${error.message}`));
  });
  const client = bed.client();
  client.on('disconnect', (reason) => log.push(`client: ${reason}`));
  await bed.settle();
  bed.server.close();
  bed.server.close();
  await bed.settle();
  expect(log).toEqual(['server: server shutting down', 'ack: operation has timed out', 'client: transport close']);
  expect(bed.clock.pending()).toBe(0);
  expect(bed.activity.inFlight).toBe(0);
  expect(bed.link.connections).toBe(0);
  expect(bed.server.connections).toBe(0);
});

test('a server that is killed calls none of its handlers, and its clients see a cut', async () => {
  const bed = createTestBed();
  const log: string[] = [];
  bed.server.on('connection', (socket) => {
    socket.on('disconnect', () => log.push('server'));
    socket.timeout(60_000).emit('ignored', () => log.push('ack'));
  });
  const client = bed.client();
  client.on('disconnect', (reason) => log.push(`client: ${reason}`));
  await bed.settle();
  bed.server.kill();
  await bed.settle();
  expect(log).toEqual(['client: transport close']);
  expect(bed.clock.pending()).toBe(0);
  expect(bed.link.connections).toBe(0);
});

test('a new server takes the address over, and the same client finds it', async () => {
  const bed = createTestBed();
  const client = bed.client();
  await bed.settle();
  bed.server.close();
  await bed.settle();
  const { url, clock, activity, link } = bed;
  const next = createMockSocketServer({ url, clock, activity, link });
  client.connect();
  await bed.settle();
  expect(client.connected).toBe(true);
  expect(next.sockets.size).toBe(1);
});

test('two servers cannot listen at one address', () => {
  const bed = createTestBed();
  expect(() => createTestBed({ url: bed.url })).toThrow('already listening');
});

test('an attempt that is under way when the server stops is refused', async () => {
  const bed = createTestBed();
  const client = bed.client();
  const errors: string[] = [];
  client.on('connect_error', (error) => errors.push(error.message));
  bed.server.close();
  await bed.settle();
  expect(errors).toEqual(['websocket error']);
  expect(bed.clock.pending()).toBe(0);
});

test('an attempt that the old server still gets is refused, though a new one listens already', async () => {
  const bed = createTestBed();
  const client = bed.client();
  const errors: string[] = [];
  client.on('connect_error', (error) => errors.push(error.message));
  bed.server.close();
  const { url, clock, activity, link } = bed;
  const next = createMockSocketServer({ url, clock, activity, link });
  await bed.settle();
  expect(errors).toEqual(['websocket error']);
  expect(next.connections).toBe(0);
});

test('mounting and unmounting twenty times leaves nothing behind', async () => {
  const bed = createTestBed();
  for (let round = 0; round < 20; round += 1) {
    const client = bed.client();
    if (round % 2 === 0) await bed.settle();
    client.disconnect();
    await bed.settle();
  }
  expect(bed.server.connections).toBe(0);
  expect(bed.link.connections).toBe(0);
  expect(bed.clock.pending()).toBe(0);
  expect(bed.activity.inFlight).toBe(0);
});

test('twenty servers at once keep apart', async () => {
  const beds = Array.from({ length: 20 }, () => createTestBed());
  const heard = await Promise.all(
    beds.map(async (bed, index) => {
      const received: unknown[] = [];
      bed.server.on('connection', (socket) => socket.emit('number', index));
      bed.client().on('number', (value: unknown) => received.push(value));
      await bed.advance(1000 * index);
      return [received, bed.elapsed()];
    }),
  );
  expect(heard).toEqual(beds.map((_, index) => [[index], 1000 * index]));
  for (const bed of beds) bed.server.close();
  await Promise.all(beds.map((bed) => bed.settle()));
  expect(beds.map((bed) => bed.clock.pending() + bed.link.connections)).toEqual(beds.map(() => 0));
});
