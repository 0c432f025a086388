/** Events of the client itself, for applications that do not use the hooks. */
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
  const listeners: { [Name in keyof ClientEvents]: Set<(payload: ClientEvents[Name]) => void> } = {
    'socket:connected': new Set(),
    'socket:reconnecting': new Set(),
    'socket:disconnected': new Set(),
  };

  function emit<Name extends keyof ClientEvents>(name: Name, payload: ClientEvents[Name]): void {
    for (const listener of listeners[name]) {
      try {
        listener(payload);
      } catch (cause) {
        onListenerError(cause);
      }
    }
  }

  return {
    on: (name, listener) => {
      listeners[name].add(listener);
      return () => listeners[name].delete(listener);
    },
    statusChanged: ({ socketStatus, reconnectCount, retryCount, refusal, online }, isStopped) => {
      if (socketStatus === 'connected') emit('socket:connected', { reconnectCount });
      else if (socketStatus === 'reconnecting') emit('socket:reconnecting', { retryCount });
      else if (socketStatus === 'disconnected') {
        const reason = refusal !== null ? 'refused' : isStopped ? 'stopped' : online ? 'unreachable' : 'offline';
        emit('socket:disconnected', { reason });
      }
    },
  };
}
