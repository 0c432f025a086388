/** A connection on a device and to a server that do what a test says. The device's first token is `first`. */
import { clockFrames, createDevice, createVirtualClock, type Device, type VirtualClock } from '@regen/realtime-mocks';
import { createConnection, type Connection } from '../connection.ts';
import type { TokenSource } from '../tokenSource.ts';
import { DEFAULT_CONNECTION_SETTINGS } from '../connectionMachine.ts';
import type { SocketStatus } from '../realtimeStore.ts';
import { createScriptedServer, settled, type ScriptedServer } from './scriptedServer.ts';

export const DEADLINE = 10_000;
export const PROBE_DEADLINE = 2_000;

export interface ConnectionBed {
  clock: VirtualClock;
  device: Device;
  server: ScriptedServer;
  connection: Connection;
  /** What the handlers were told, in words. */
  told: string[];
  /** Codes of what was reported. */
  errors: string[];
  status(): SocketStatus;
  start(): Promise<void>;
  advance(ms: number): Promise<void>;
}

export function createConnectionBed(token?: TokenSource): ConnectionBed {
  const clock = createVirtualClock();
  const device = createDevice();
  device.setToken('first');
  const server = createScriptedServer();
  const told: string[] = [];
  const errors: string[] = [];
  const connection = createConnection(
    {
      clock,
      random: () => 0.5,
      environment: device.environment,
      frames: clockFrames(clock),
      sessions: device.sessions,
      tabStorage: device.tabStorage,
      tabs: device.tabs,
    },
    {
      url: 'http://server.test',
      token: token ?? device.token,
      openWire: server.openWire,
      settings: DEFAULT_CONNECTION_SETTINGS,
      commandDeadlineMs: DEADLINE,
      probeDeadlineMs: PROBE_DEADLINE,
    },
    {
      onOpen: (interrupted) => told.push(interrupted ? 'open after an interruption' : 'open'),
      onClose: () => told.push('close'),
      onEvent: (name) => told.push(name),
      onRenewed: () => told.push('renewed'),
      onTokenRead: () => undefined,
      onOtherUser: () => told.push('another user'),
      onChange: () => undefined,
      onError: (error) => errors.push(error.code),
    },
  );
  return {
    clock,
    device,
    server,
    connection,
    told,
    errors,
    status: () => connection.state().socketStatus,
    start: async () => {
      connection.start();
      await settled();
    },
    advance: async (ms: number) => {
      clock.advance(ms);
      await settled();
    },
  };
}

/** Open, by its first attempt. */
export async function createOpenBed(token?: TokenSource): Promise<ConnectionBed> {
  const bed = createConnectionBed(token);
  await bed.start();
  bed.server.attempt().accept();
  return bed;
}
