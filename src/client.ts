/** The client without React: for plain scripts, other frameworks and desktop shells. */
export {
  DEFAULT_SERVER_URL,
  createSocketClient,
  getSocketClient,
  type SocketClient,
  type SocketClientOptions,
} from './services/realtime/socketClient.ts';
export type { ClientEvents } from './services/realtime/clientEvents.ts';
export type { ClientDiagnostics } from './services/realtime/diagnostics.ts';
export type { ClientStatus, RealtimeClient } from './services/realtime/realtimeClient.ts';
export type { TokenSource } from './services/realtime/tokenSource.ts';
export { RealtimeError, type RealtimeErrorCode } from './services/realtime/errors.ts';
export type { TextSource, TextView } from './services/realtime/jobText.ts';
export type { OutputRope } from './services/realtime/outputRope.ts';
export type {
  Environment,
  EnvironmentSignal,
  FrameSource,
  Ports,
  SessionStore,
  TabLock,
} from './services/realtime/ports.ts';
export type {
  ClientJobState,
  CommandState,
  ConnectionState,
  JobEntry,
  JobSync,
  ReadableStore,
  RealtimeState,
  RestoredJob,
  SocketStatus,
} from './services/realtime/realtimeStore.ts';
