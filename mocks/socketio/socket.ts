import type { Clock, ClockTimer } from '@regen/realtime-shared';
import { PacketType, type Packet } from 'socket.io-parser';
import { createBroadcast, type Broadcast, type Rooms } from './broadcast.ts';
import { callReporting, createListeners, type Listener } from './listeners.ts';

/** Why a server's socket was closed; the words are socket.io's. */
export type MockDisconnectReason =
  | 'transport close'
  | 'transport error'
  | 'forced close'
  | 'forced server close'
  | 'ping timeout'
  | 'parse error'
  | 'server shutting down'
  | 'client namespace disconnect'
  | 'server namespace disconnect';

export interface MockHandshake {
  /** The payload of CONNECT, `{}` if there was none. */
  auth: Readonly<Record<string, unknown>>;
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
  url: string;
  /** Virtual ms since the Unix epoch. */
  issued: number;
}

/** A client in one namespace, as its server sees it. Binary arrives as ArrayBuffer. */
export interface MockSocket {
  readonly id: string;
  readonly namespace: string;
  readonly handshake: MockHandshake;
  readonly connected: boolean;
  /** Its own id, while it is connected, and what it has joined. */
  readonly rooms: ReadonlySet<string>;
  /** For whatever the server wants to remember. */
  readonly data: Record<string, unknown>;
  /** The connection below, which several namespaces may share. */
  readonly conn: { readonly id: string; readonly isOpen: boolean; close(): void };

  join(rooms: string | readonly string[]): void;
  leave(room: string): void;
  /** Everybody in the rooms but this socket. */
  to(rooms: string | readonly string[]): Broadcast;
  /** Everybody in the namespace but this socket. */
  readonly broadcast: Broadcast;

  /** A function as last argument gets the client's ack. Throws for a reserved name; nothing happens once disconnected. */
  emit(event: string, ...args: unknown[]): void;
  /** Resolves with the first argument of the ack; never without one. */
  emitWithAck(event: string, ...args: unknown[]): Promise<unknown>;
  /** The ack callback gets an error first: null, or that it has not come in `ms`. `emitWithAck` rejects instead. */
  timeout(ms: number): Pick<MockSocket, 'emit' | 'emitWithAck'>;

  /**
   * The client's events, each with an ack function last if the client wants one; and `disconnecting` and `disconnect`
   * with a reason, and `error`.
   */
  on(event: string, listener: Listener): MockSocket;
  once(event: string, listener: Listener): MockSocket;
  off(event?: string, listener?: Listener): MockSocket;
  /** The client's events alone, the name first. */
  onAny(listener: (event: string, ...args: never[]) => void): MockSocket;
  offAny(listener?: (event: string, ...args: never[]) => void): MockSocket;

  /** Leaves the namespace; with `close` the whole connection. */
  disconnect(close?: boolean): MockSocket;
}

/** What the namespace and the connection do with a socket of theirs. */
export interface SocketControl {
  readonly socket: MockSocket;
  /** Tells the client that it is connected. */
  connect(): void;
  receive(packet: Packet): void;
  fail(error: Error): void;
  /** Closes without telling the client. */
  close(reason: MockDisconnectReason): void;
  /** Gives up the acks that are waited for: those with a timeout get their error now. */
  giveUpAcks(): void;
  /** Forgets everything without calling anybody, as a killed process does. */
  kill(): void;
}

export interface SocketOptions {
  id: string;
  namespace: string;
  handshake: MockHandshake;
  clock: Clock;
  rooms: Rooms;
  conn: MockSocket['conn'];
  nextAckId(): number;
  sendPacket(packet: Packet): void;
  /** Closes all namespaces of the connection, then the connection. */
  disconnectConnection(): void;
  /** The socket has closed. */
  onClosed(): void;
}

const RESERVED_EVENTS: ReadonlySet<string> = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

export function createSocket(options: SocketOptions): SocketControl {
  const { id, namespace, clock, rooms } = options;
  const listeners = createListeners();
  const anyListeners = createListeners();
  const acks = new Map<
    number,
    { call(args: readonly unknown[]): void; giveUp(): void; timer: ClockTimer | undefined }
  >();
  let connected = false;
  let closed = false;

  const send = (type: PacketType, data?: unknown, ackId?: number): void => {
    options.sendPacket({ type, nsp: namespace, data, ...(ackId !== undefined && { id: ackId }) });
  };

  const awaitAck = (callback: Listener, timeoutMs: number | undefined): number => {
    const ackId = options.nextAckId();
    if (timeoutMs === undefined) {
      acks.set(ackId, { call: (args) => callReporting(callback, args), giveUp: () => undefined, timer: undefined });
      return ackId;
    }
    const giveUp = (): void => {
      acks.delete(ackId);
      callReporting(callback, [new Error('operation has timed out')]);
    };
    const timer = clock.setTimeout(giveUp, timeoutMs);
    acks.set(ackId, { call: (args) => callReporting(callback, [null, ...args]), giveUp, timer });
    return ackId;
  };

  const emit = (timeoutMs: number | undefined, event: string, args: readonly unknown[]): void => {
    if (RESERVED_EVENTS.has(event)) throw new Error(`"${event}" is a reserved event name`);
    const callback = args.at(-1);
    if (typeof callback !== 'function') {
      send(PacketType.EVENT, [event, ...args]);
      return;
    }
    send(PacketType.EVENT, [event, ...args.slice(0, -1)], awaitAck(callback as Listener, timeoutMs));
  };

  const emitWithAck = (timeoutMs: number | undefined, event: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const callback = (...values: unknown[]): void => {
        if (timeoutMs === undefined) resolve(values[0]);
        else if (values[0] instanceof Error) reject(values[0]);
        else resolve(values[1]);
      };
      emit(timeoutMs, event, [...args, callback]);
    });

  const close = (reason: MockDisconnectReason): void => {
    if (!connected) return;
    listeners.call('disconnecting', [reason]);
    closed = true;
    rooms.leaveAll(id);
    connected = false;
    options.onClosed();
    listeners.call('disconnect', [reason]);
  };

  const receiveEvent = (packet: Packet): void => {
    // The decoder lets only arrays with a name through; an event may also come without any data.
    const [event, ...args] = Array.isArray(packet.data) ? (packet.data as unknown[]) : [undefined];
    const ackId = packet.id;
    if (ackId !== undefined) {
      let answered = false;
      args.push((...answer: unknown[]) => {
        if (answered) return;
        answered = true;
        send(PacketType.ACK, answer, ackId);
      });
    }
    const name = String(event);
    anyListeners.call('', [name, ...args]);
    if (connected) listeners.call(name, args);
  };

  const socket: MockSocket = {
    id,
    namespace,
    handshake: options.handshake,
    get connected() {
      return connected;
    },
    get rooms() {
      return rooms.of(id);
    },
    data: {},
    conn: options.conn,
    join: (names) => {
      if (!closed) rooms.join(id, typeof names === 'string' ? [names] : names);
    },
    leave: (room) => {
      rooms.leave(id, room);
    },
    to: (names) => createBroadcast(rooms, { except: [id] }).to(names),
    get broadcast() {
      return createBroadcast(rooms, { except: [id] });
    },
    emit: (event, ...args) => {
      emit(undefined, event, args);
    },
    emitWithAck: (event, ...args) => emitWithAck(undefined, event, args),
    timeout: (ms) => ({
      emit: (event, ...args) => {
        emit(ms, event, args);
      },
      emitWithAck: (event, ...args) => emitWithAck(ms, event, args),
    }),
    on: (event, listener) => {
      listeners.add(event, listener);
      return socket;
    },
    once: (event, listener) => {
      listeners.add(event, listener, true);
      return socket;
    },
    off: (event, listener) => {
      listeners.remove(event, listener);
      return socket;
    },
    onAny: (listener) => {
      anyListeners.add('', listener);
      return socket;
    },
    offAny: (listener) => {
      anyListeners.remove('', listener);
      return socket;
    },
    disconnect: (closeConnection = false) => {
      if (!connected) return socket;
      if (closeConnection) {
        options.disconnectConnection();
      } else {
        send(PacketType.DISCONNECT);
        close('server namespace disconnect');
      }
      return socket;
    },
  };

  return {
    socket,
    connect: () => {
      connected = true;
      rooms.join(id, [id]);
      send(PacketType.CONNECT, { sid: id });
    },
    receive: (packet) => {
      if (packet.type === PacketType.DISCONNECT) {
        close('client namespace disconnect');
      } else if (packet.type === PacketType.ACK) {
        const ack = acks.get(packet.id ?? NaN);
        if (!ack) return;
        acks.delete(packet.id ?? NaN);
        clock.clearTimeout(ack.timer);
        ack.call(Array.isArray(packet.data) ? (packet.data as unknown[]) : []);
      } else {
        receiveEvent(packet);
      }
    },
    fail: (error) => {
      listeners.call('error', [error]);
    },
    close,
    giveUpAcks: () => {
      for (const ack of [...acks.values()]) {
        clock.clearTimeout(ack.timer);
        ack.giveUp();
      }
      acks.clear();
    },
    kill: () => {
      connected = false;
      closed = true;
      rooms.leaveAll(id);
      for (const ack of acks.values()) clock.clearTimeout(ack.timer);
      acks.clear();
      listeners.remove();
      anyListeners.remove();
      options.onClosed();
    },
  };
}
