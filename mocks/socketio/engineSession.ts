import type { Clock, ClockTimer } from '@regen/realtime-shared';
import { decodePacket } from 'engine.io-parser';
import type { Packet } from 'socket.io-parser';
import { wireLength, type WireData } from './binary.ts';
import { encodeEngine } from './frames.ts';

export interface EngineOptions {
  /** ms between a pong and the next ping. */
  pingInterval: number;
  /** ms that the client has for its pong. */
  pingTimeout: number;
  /** Bytes; a longer message closes the connection with code 1009. */
  maxPayload: number;
}

export type EngineCloseReason =
  'transport close' | 'transport error' | 'forced close' | 'forced server close' | 'ping timeout' | 'parse error';

/** The server's side of one Engine.IO 4 connection over WebSocket. */
export interface EngineSession {
  readonly isOpen: boolean;
  sendPacket(packet: Packet): void;
  receive(data: WireData): void;
  /** Closes with code 1005 (no status), as engine.io does. `onClose` is called before this returns, once. */
  close(reason: EngineCloseReason): void;
  /** The connection is gone already. */
  lost(): void;
}

export interface EngineSessionOptions extends EngineOptions {
  id: string;
  clock: Clock;
  sendPacket(packet: Packet): void;
  sendFrame(data: WireData): void;
  closeTransport(code: number): void;
  onData(data: unknown): void;
  onClose(reason: EngineCloseReason): void;
}

const NO_STATUS = 1005;
const MESSAGE_TOO_BIG = 1009;

export function createEngineSession(options: EngineSessionOptions): EngineSession {
  const { clock, pingInterval, pingTimeout, maxPayload } = options;
  let isOpen = true;
  let pingTimer: ClockTimer | undefined;
  let pongTimer: ClockTimer | undefined;

  const end = (reason: EngineCloseReason): void => {
    isOpen = false;
    clock.clearTimeout(pingTimer);
    clock.clearTimeout(pongTimer);
    options.onClose(reason);
  };

  const close = (reason: EngineCloseReason, code = NO_STATUS): void => {
    if (!isOpen) return;
    options.closeTransport(code);
    end(reason);
  };

  const schedulePing = (): void => {
    clock.clearTimeout(pingTimer);
    pingTimer = clock.setTimeout(() => {
      clock.clearTimeout(pongTimer);
      pongTimer = clock.setTimeout(() => {
        close('ping timeout');
      }, pingTimeout);
      options.sendFrame(encodeEngine('ping'));
    }, pingInterval);
  };

  options.sendFrame(
    encodeEngine('open', JSON.stringify({ sid: options.id, upgrades: [], pingInterval, pingTimeout, maxPayload })),
  );
  schedulePing();

  return {
    get isOpen() {
      return isOpen;
    },
    sendPacket: (packet) => {
      if (isOpen) options.sendPacket(packet);
    },
    receive: (data) => {
      if (!isOpen) return;
      if (wireLength(data) > maxPayload) {
        close('transport error', MESSAGE_TOO_BIG);
        return;
      }
      const packet = decodePacket(data, 'arraybuffer');
      switch (packet.type) {
        case 'message':
          options.onData(packet.data);
          return;
        case 'pong':
          clock.clearTimeout(pongTimer);
          schedulePing();
          return;
        case 'ping':
          close('transport error');
          return;
        case 'error':
          close('parse error');
          return;
        case 'open':
        case 'close':
        case 'upgrade':
        case 'noop':
          // engine.io ignores these over WebSocket.
          return;
      }
    },
    close: (reason) => {
      close(reason);
    },
    lost: () => {
      if (isOpen) end('transport close');
    },
  };
}
