/** What the connection machine tells the public. */
import { assertNever } from '@regen/realtime-shared';
import type { ConnectionMachine } from './connectionMachine.ts';
import type { ConnectionState, SocketStatus } from './realtimeStore.ts';

/** The public status: what a person may be told. */
export function socketStatusOf(machine: ConnectionMachine): SocketStatus {
  const { phase, everConnected } = machine;
  switch (phase.kind) {
    case 'idle':
      return everConnected ? 'disconnected' : 'initial';
    case 'opening':
      return everConnected ? 'reconnecting' : 'connecting';
    case 'open':
      return phase.doubt === 'offline' ? 'reconnecting' : 'connected';
    case 'waiting':
      return everConnected ? 'reconnecting' : 'disconnected';
    case 'offline':
    case 'refused':
      return 'disconnected';
    default:
      return assertNever(phase);
  }
}

/** The machine's part of the public connection state. */
export function connectionFacts(machine: ConnectionMachine): Omit<ConnectionState, 'roundTripMs' | 'lastContactAt'> {
  const { phase } = machine;
  const open = phase.kind === 'open' && phase.doubt !== 'offline';
  return {
    socketStatus: socketStatusOf(machine),
    everConnected: machine.everConnected,
    retryCount: phase.kind === 'opening' || phase.kind === 'waiting' || phase.kind === 'offline' ? phase.attempt : 0,
    nextRetryAt: phase.kind === 'waiting' ? phase.retryAt : null,
    lostAt: machine.lostAt,
    lossIsLasting: machine.lossIsLasting,
    // A server on this very machine answers without a network: then nobody is offline.
    online: machine.deviceOnline || open,
    refusal: phase.kind === 'refused' ? phase.refusal : null,
    degraded: machine.degraded,
    draining: machine.drainUntil !== null,
    reconnectCount: machine.reconnectCount,
  };
}
