import type { Clock, ClockTimer } from '@regen/realtime-shared';
import { Decoder, PacketType, type Packet } from 'socket.io-parser';
import type { LinkedConnection } from '../link.ts';
import type { WireData } from './binary.ts';
import {
  createEngineSession,
  type EngineCloseReason,
  type EngineOptions,
  type EngineSession,
} from './engineSession.ts';
import type { NamespaceControl } from './namespace.ts';
import type { MockRequest } from './request.ts';
import { createSocket, type SocketControl } from './socket.ts';

/** The Socket.IO side of one connection: which namespaces it has joined, and what it may send. */
export interface Connection {
  receive(data: WireData): void;
  /** The network has taken the connection away. */
  lost(): void;
  /** Closes the sockets with 'server shutting down', then the connection. */
  shutDown(): void;
  /** Forgets everything without calling anybody; the client sees its connection cut. */
  kill(): void;
}

export interface ConnectionOptions extends EngineOptions {
  clock: Clock;
  linked: LinkedConnection;
  request: MockRequest;
  /** ms in which a client has to join a namespace. */
  connectTimeout: number;
  createId(): string;
  namespace(name: string): NamespaceControl | undefined;
  onClosed(): void;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { clock, linked } = options;
  const byNamespace = new Map<string, SocketControl>();
  /** Those whose acks may still be waited for, closed ones included. */
  const everySocket = new Set<SocketControl>();
  const decoder = new Decoder();

  const ended = (reason: EngineCloseReason): void => {
    clock.clearTimeout(connectTimer);
    for (const control of [...byNamespace.values()]) control.close(reason);
    decoder.off('decoded');
    decoder.destroy();
    options.onClosed();
  };

  const id = options.createId();
  const engine: EngineSession = createEngineSession({
    ...options,
    id,
    sendPacket: (packet) => {
      linked.sendPacket(packet);
    },
    sendFrame: (data) => {
      linked.sendFrame(data);
    },
    closeTransport: (code) => {
      linked.close(code);
    },
    onData: (data) => {
      try {
        decoder.add(data);
      } catch (error) {
        const reported = error instanceof Error ? error : new Error(String(error));
        for (const control of [...byNamespace.values()]) control.fail(reported);
        engine.close('forced close');
      }
    },
    onClose: ended,
  });
  const conn = {
    id,
    get isOpen() {
      return engine.isOpen;
    },
    close: () => {
      engine.close('forced close');
    },
  };

  const connectTimer: ClockTimer = clock.setTimeout(() => {
    if (byNamespace.size === 0) engine.close('forced server close');
  }, options.connectTimeout);

  const disconnectAll = (): void => {
    for (const control of [...byNamespace.values()]) control.socket.disconnect();
    engine.close('forced server close');
  };

  const join = (name: string, auth: unknown): void => {
    const target = options.namespace(name);
    if (!target) {
      engine.sendPacket({ type: PacketType.CONNECT_ERROR, nsp: name, data: { message: 'Invalid namespace' } });
      return;
    }
    const socketId = options.createId();
    const control = createSocket({
      id: socketId,
      namespace: name,
      clock,
      rooms: target.rooms,
      conn,
      handshake: {
        // The decoder lets only objects through.
        auth: (auth ?? {}) as Record<string, unknown>,
        query: options.request.query,
        headers: options.request.headers,
        url: options.request.url,
        issued: clock.now(),
      },
      nextAckId: () => target.nextAckId(),
      sendPacket: (packet) => {
        engine.sendPacket(packet);
      },
      disconnectConnection: disconnectAll,
      onClosed: () => {
        target.remove(socketId);
        if (byNamespace.get(name) === control) byNamespace.delete(name);
      },
    });
    target.admit({
      control,
      isOpen: () => engine.isOpen,
      accepted: () => {
        byNamespace.set(name, control);
        everySocket.add(control);
        clock.clearTimeout(connectTimer);
      },
      refuse: (packet) => {
        engine.sendPacket(packet);
      },
    });
  };

  const onPacket = (packet: Packet): void => {
    const control = byNamespace.get(packet.nsp);
    if (!control && packet.type === PacketType.CONNECT) {
      join(packet.nsp, packet.data);
    } else if (control && packet.type !== PacketType.CONNECT && packet.type !== PacketType.CONNECT_ERROR) {
      control.receive(packet);
    } else {
      engine.close('forced server close');
    }
  };
  decoder.on('decoded', onPacket);

  return {
    receive: (data) => {
      engine.receive(data);
    },
    lost: () => {
      engine.lost();
    },
    shutDown: () => {
      for (const control of [...byNamespace.values()]) control.close('server shutting down');
      engine.close('forced close');
      for (const control of everySocket) control.giveUpAcks();
    },
    kill: () => {
      for (const control of everySocket) control.kill();
      byNamespace.clear();
      engine.close('forced close');
    },
  };
}
