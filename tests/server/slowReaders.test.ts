import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { GatewayConnection, GatewaySession } from '@regen/realtime-core';
import { createVirtualClock, type VirtualClock } from '@regen/realtime-mocks';
import { Server, type Socket } from 'socket.io';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { serveSessions } from '../../server/socketGateway.ts';

/** Clients that do not take what they are sent, on real sockets; what they are sent is the test's. */

const MEGABYTE = 1_048_576;
/** More than the kernel keeps for a client that does not read. */
const KERNEL = 16 * MEGABYTE;

let clock: VirtualClock;
let http: HttpServer;
let io: Server;
let connections: GatewayConnection[];
let ended: number;
let clients: WebSocket[];

beforeEach(async () => {
  clock = createVirtualClock();
  connections = [];
  clients = [];
  ended = 0;
  http = createServer();
  io = new Server(http, { serveClient: false, transports: ['websocket'], perMessageDeflate: false });
  serveSessions(
    io,
    {
      connect: (connection) => {
        connections.push(connection);
        const session: GatewaySession = {
          connectionId: connection.id,
          ownerId: 'ann',
          opened: () => undefined,
          receive: () => Promise.resolve(),
          disconnected: () => {
            ended += 1;
          },
        };
        return Promise.resolve({ kind: 'accepted', session });
      },
    },
    clock,
  );
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
});

afterEach(async () => {
  for (const client of clients) client.terminate();
  await io.close();
});

interface Reader {
  client: WebSocket;
  socket: Socket;
  connection: GatewayConnection;
  /** Sends an event that is so long. */
  send(bytes: number): void;
  /** Lengths of the frames that were read. */
  read: number[];
}

/** A client that reads nothing from here on, until it resumes. */
async function stalledReader(): Promise<Reader> {
  const { port } = http.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${String(port)}/socket.io/?EIO=4&transport=websocket`);
  clients.push(client);
  const read: number[] = [];
  client.on('message', (data: Buffer) => read.push(data.length));
  client.on('error', () => undefined);
  await once(client, 'message');
  client.send('40');
  await once(client, 'message');
  client.pause();
  read.length = 0;
  const socket = [...io.of('/').sockets.values()].at(-1);
  const connection = connections.at(-1);
  if (socket === undefined || connection === undefined) throw new Error('It has not connected.');
  return {
    client,
    socket,
    connection,
    send: (bytes) => {
      connection.emit('job:notice', { jobId: 'x'.repeat(bytes), kind: 'cancel_requested' });
    },
    read,
  };
}

/** Fills what the kernel keeps, so that all that is sent after it waits in the server. */
function fillKernel({ send }: Reader): void {
  send(KERNEL);
}

/** What the server keeps for it, wherever that is. */
function waitingFor({ socket: { conn } }: Reader): number {
  const { writeBuffer, transport } = conn as unknown as {
    writeBuffer: readonly { data?: string }[];
    transport: { socket: { bufferedAmount: number } };
  };
  return writeBuffer.reduce((sum, { data }) => sum + (data?.length ?? 0), 0) + transport.socket.bufferedAmount;
}

/** Its session has ended, and nothing is left that would end it. */
async function expectGone(): Promise<void> {
  await expect.poll(() => [ended, clock.pending()]).toEqual([1, 0]);
}

test('what waits for a client that does not read has an end, and so has its connection', async () => {
  const reader = await stalledReader();
  fillKernel(reader);
  for (let sent = 0; sent < 100; sent += 1) {
    reader.send(MEGABYTE);
    await setImmediate();
  }
  expect(waitingFor(reader)).toBeLessThan(KERNEL + 11 * MEGABYTE);
  expect(reader.socket.conn.readyState).toBe('closing');
  // It counts as its user's for as long as so much waits.
  expect(ended).toBe(0);
  await clock.advanceTo(clock.now() + 5_000);
  await expectGone();
});

test('one that reads on gets what waited before its connection ends, and so gets further each time', async () => {
  const reader = await stalledReader();
  fillKernel(reader);
  for (let sent = 0; sent < 100; sent += 1) reader.send(MEGABYTE);
  reader.client.resume();
  await once(reader.client, 'close');
  expect(reader.read.length).toBeGreaterThan(8);
  expect(reader.read.length).toBeLessThan(12);
  await expectGone();
});

test('one large message closes nothing, and neither does what comes behind it', async () => {
  const reader = await stalledReader();
  fillKernel(reader);
  for (let sent = 0; sent < 7; sent += 1) reader.send(MEGABYTE);
  await setImmediate();
  expect(reader.socket.conn.readyState).toBe('open');
  reader.client.resume();
  while (reader.read.length < 8) await once(reader.client, 'message');
  // What was read does not count any more.
  reader.client.pause();
  fillKernel(reader);
  for (let sent = 0; sent < 7; sent += 1) reader.send(MEGABYTE);
  expect(reader.socket.conn.readyState).toBe('open');
  reader.client.resume();
  while (reader.read.length < 16) await once(reader.client, 'message');
});

test('bytes are counted, not characters', async () => {
  const reader = await stalledReader();
  fillKernel(reader);
  for (let sent = 0; sent < 5; sent += 1) {
    reader.connection.emit('job:notice', { jobId: '€'.repeat(MEGABYTE), kind: 'cancel_requested' });
  }
  expect(reader.socket.conn.readyState).toBe('closing');
});

test('who waits until more may be sent waits until it was taken, or the connection has ended', async () => {
  const reader = await stalledReader();
  await reader.connection.writable?.();
  fillKernel(reader);
  let isWritable = false;
  const writable = reader.connection.writable?.().then(() => {
    isWritable = true;
  });
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  expect(isWritable).toBe(false);
  reader.client.resume();
  await writable;
  reader.client.pause();
  fillKernel(reader);
  const over = reader.connection.writable?.();
  reader.client.terminate();
  await over;
});
