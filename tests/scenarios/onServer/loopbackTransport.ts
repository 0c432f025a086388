/** The client's own WebSocket transport for Node, with its timers on a clock. */
import type { Clock, ClockTimer } from '@regen/realtime-shared';
import { NodeWebSocket, type SocketOptions, type TransportCtor } from 'engine.io-client';
import type { Packet } from 'engine.io-parser';
import { WebSocket } from 'ws';
import { DEFAULT_CONNECT_TIMEOUT_MS, runTransportOn } from '../../../mocks/mockTransport.ts';
import type { Traffic } from './traffic.ts';

export function createLoopbackTransport({ clock, traffic }: { clock: Clock; traffic: Traffic }): TransportCtor {
  return class LoopbackTransport extends NodeWebSocket {
    #connectTimer: ClockTimer | undefined;

    constructor(options: SocketOptions) {
      super(options);
      runTransportOn(clock, this, this.socket);
    }

    override createSocket(
      uri: string,
      protocols: string | string[] | undefined,
      options: Record<string, unknown>,
    ): WebSocket {
      this.#connectTimer = clock.setTimeout(() => this.onError('timeout', undefined), DEFAULT_CONNECT_TIMEOUT_MS);
      return new WebSocket(uri, protocols, { ...options, finishRequest: traffic.follow });
    }

    protected override onPacket(packet: Packet): void {
      clock.clearTimeout(this.#connectTimer);
      super.onPacket(packet);
    }

    protected override onClose(details?: Parameters<NodeWebSocket['onClose']>[0]): void {
      clock.clearTimeout(this.#connectTimer);
      super.onClose(details);
    }
  };
}
