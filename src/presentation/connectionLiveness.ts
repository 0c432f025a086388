import type { ConnectionState } from '../services/realtime/realtimeStore.ts';

/** Whether reports can arrive now: the one question that every part asks of the connection. */
export type ConnectionLiveness =
  | { kind: 'live' }
  /** Connected, while the server's log store is out of reach. */
  | { kind: 'delayed' }
  /** Nothing can arrive, for so short a time that words would only disturb. */
  | { kind: 'still' }
  /** Nothing can arrive, and it is told in words. `since` is local time, null where it was never connected. */
  | { kind: 'lost'; since: number | null };

export function connectionLiveness(connection: ConnectionState): ConnectionLiveness {
  if (connection.refusal !== null) return { kind: 'lost', since: connection.lostAt };
  if (connection.socketStatus === 'connected') {
    if (connection.draining) return { kind: 'still' };
    return connection.degraded ? { kind: 'delayed' } : { kind: 'live' };
  }
  const isTold = connection.everConnected
    ? !connection.online || connection.lossIsLasting || connection.socketStatus === 'disconnected'
    : connection.socketStatus !== 'initial' && !isFirstAttempt(connection);
  return isTold ? { kind: 'lost', since: connection.lostAt } : { kind: 'still' };
}

/** The page is on its way to its first connection, and has not failed to get one. */
export function isFirstAttempt({ everConnected, socketStatus, retryCount }: ConnectionState): boolean {
  return !everConnected && socketStatus === 'connecting' && retryCount <= 1;
}
