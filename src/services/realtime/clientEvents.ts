/** Events of the client itself, for applications that do not use the hooks. */
import { createListeners, type Listeners } from './listeners.ts';
import type { ConnectionState } from './realtimeStore.ts';

export interface ClientEvents {
  'socket:connected': { reconnectCount: number };
  'socket:reconnecting': { retryCount: number };
  'socket:disconnected': { reason: 'offline' | 'refused' | 'stopped' | 'unreachable' };
}

export interface ClientEventEmitter {
  on<Name extends keyof ClientEvents>(name: Name, listener: (payload: ClientEvents[Name]) => void): () => void;
  /** Tells what a new `socketStatus` means; the others mean nothing by themselves. */
  statusChanged(connection: ConnectionState, isStopped: boolean): void;
}

export function createClientEvents(onListenerError: (cause: unknown) => void): ClientEventEmitter {
  const listeners: { [Name in keyof ClientEvents]: Listeners<[ClientEvents[Name]]> } = {
    'socket:connected': createListeners(onListenerError),
    'socket:reconnecting': createListeners(onListenerError),
    'socket:disconnected': createListeners(onListenerError),
  };

  return {
    on: (name, listener) => listeners[name].add(listener),
    statusChanged: ({ socketStatus, reconnectCount, retryCount, refusal, online }, isStopped) => {
      if (socketStatus === 'connected') listeners['socket:connected'].call({ reconnectCount });
      else if (socketStatus === 'reconnecting') listeners['socket:reconnecting'].call({ retryCount });
      else if (socketStatus === 'disconnected') {
        const reason = refusal !== null ? 'refused' : isStopped ? 'stopped' : online ? 'unreachable' : 'offline';
        listeners['socket:disconnected'].call({ reason });
      }
    },
  };
}
