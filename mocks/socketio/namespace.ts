import { PacketType } from 'socket.io-parser';
import { createBroadcast, createRooms, type Broadcast, type Rooms } from './broadcast.ts';
import { callReporting, createListeners, type Listener } from './listeners.ts';
import type { MockSocket, SocketControl } from './socket.ts';

/** What a refused client gets as `connect_error`: the message, and `data` if there is one. */
export interface MockConnectError extends Error {
  data?: unknown;
}

/** Runs before `connection`, in the order of `use`; the socket is not connected yet. `next` may be called later. */
export type MockMiddleware = (socket: MockSocket, next: (error?: MockConnectError) => void) => void;

export interface MockNamespace extends Broadcast {
  readonly name: string;
  /** The connected ones by id, in the order in which they connected. */
  readonly sockets: ReadonlyMap<string, MockSocket>;
  use(middleware: MockMiddleware): MockNamespace;
  on(event: 'connection', listener: (socket: MockSocket) => void): MockNamespace;
  off(event: 'connection', listener?: (socket: MockSocket) => void): MockNamespace;
}

export interface NamespaceControl {
  readonly namespace: MockNamespace;
  readonly rooms: Rooms;
  nextAckId(): number;
  /** Asks the middlewares; then connects the socket, or refuses it. `accepted` is called before `connection` is. */
  admit(candidate: Candidate): void;
  remove(id: string): void;
  /** Forgets its listeners. */
  clear(): void;
}

export interface Candidate {
  control: SocketControl;
  isOpen(): boolean;
  accepted(): void;
  refuse(packet: { type: PacketType; nsp: string; data: unknown }): void;
}

export function createNamespace(name: string): NamespaceControl {
  const sockets = new Map<string, MockSocket>();
  const listeners = createListeners();
  const rooms = createRooms(() => [...sockets.values()]);
  let middlewares: readonly MockMiddleware[] = [];
  let ackIds = 0;

  const finish = ({ control, isOpen, accepted, refuse }: Candidate, error: MockConnectError | undefined): void => {
    if (!isOpen()) {
      rooms.leaveAll(control.socket.id);
      return;
    }
    if (error) {
      rooms.leaveAll(control.socket.id);
      refuse({ type: PacketType.CONNECT_ERROR, nsp: name, data: { message: error.message, data: error.data } });
      return;
    }
    sockets.set(control.socket.id, control.socket);
    control.connect();
    accepted();
    listeners.call('connection', [control.socket]);
  };

  const all = createBroadcast(rooms);
  const namespace: MockNamespace = {
    ...all,
    name,
    sockets,
    use: (middleware) => {
      middlewares = [...middlewares, middleware];
      return namespace;
    },
    on: (event, listener) => {
      listeners.add(event, listener);
      return namespace;
    },
    off: (event, listener?: Listener) => {
      listeners.remove(event, listener);
      return namespace;
    },
  };

  return {
    namespace,
    rooms,
    nextAckId: () => ackIds++,
    admit: (candidate) => {
      const chain = middlewares;
      const run = (index: number, error?: MockConnectError): void => {
        const middleware = chain[index];
        if (!error && middleware) {
          const next = (refusal?: MockConnectError): void => {
            run(index + 1, refusal);
          };
          callReporting(middleware, [candidate.control.socket, next]);
          return;
        }
        finish(candidate, error);
      };
      run(0);
    },
    remove: (id) => {
      sockets.delete(id);
    },
    clear: () => {
      listeners.remove();
      middlewares = [];
    },
  };
}
