/** The line from a page to a real server: real WebSockets, which the page's device can cut. */
import type { Clock } from '@regen/realtime-shared';
import { WebSocket as WebSocketTransport, type SocketOptions } from 'engine.io-client';
import type { Packet, RawData } from 'engine.io-parser';
import type { ManagerOptions } from 'socket.io-client';
import { useClock, type TimerFunctions } from '../mockTransport.ts';

export interface LiveLine {
  /** For the Manager of the page's client. */
  readonly manager: Partial<ManagerOptions>;
  /** Closes what is open, and opens nothing more until it is restored. */
  cut(): void;
  restore(): void;
  /** Closes what is open and says nothing of it: the client stands as it is. */
  letGo(): void;
}

/** `clock` drives the timers of the engine too. */
export function createLiveLine(clock: Clock): LiveLine {
  const open = new Set<LiveTransport>();
  let isCut = false;

  class LiveTransport extends WebSocketTransport {
    constructor(options: SocketOptions) {
      super(options);
      useClock(this.socket as unknown as TimerFunctions, clock);
      useClock(this as unknown as TimerFunctions, clock);
    }

    override doOpen(): this {
      if (isCut) {
        clock.setTimeout(() => this.onError('offline', undefined), 0);
        return this;
      }
      open.add(this);
      return super.doOpen();
    }

    override doWrite(packet: Packet, data: RawData): void {
      // A browser complains of what is written to a socket that is closing.
      if ((this.ws as WebSocket).readyState === WebSocket.OPEN) super.doWrite(packet, data);
    }

    override doClose(): void {
      this.hangUp();
    }

    lose(): void {
      const wasOpening = this.readyState === 'opening';
      this.hangUp();
      if (wasOpening) this.onError('offline', undefined);
      else this.onClose({ description: 'offline' });
    }

    hangUp(): void {
      if (!open.delete(this)) return;
      const socket = this.ws as WebSocket;
      socket.onclose = null;
      socket.onerror = null;
      socket.onmessage = null;
      // A browser complains of one that is closed while it connects.
      socket.onopen = () => {
        socket.close();
      };
      if (socket.readyState !== WebSocket.CONNECTING) socket.close();
    }
  }

  return {
    manager: { transports: [LiveTransport], autoConnect: false },
    cut: () => {
      isCut = true;
      for (const transport of [...open]) transport.lose();
    },
    restore: () => {
      isCut = false;
    },
    letGo: () => {
      for (const transport of [...open]) transport.hangUp();
    },
  };
}
