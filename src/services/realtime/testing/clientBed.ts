/** A client on a device and a server that do what a test says. */
import {
  clockFrames,
  createDevice,
  createSeededRandom,
  createVirtualClock,
  type Device,
  type VirtualClock,
} from '@regen/realtime-mocks';
import { EVENTS, type JobEvent, type JobSnapshot } from '@regen/realtime-shared';
import type { Ports } from '../ports.ts';
import { createRealtimeClient, type RealtimeClientOptions } from '../createRealtimeClient.ts';
import type { RealtimeClient } from '../realtimeClient.ts';
import type { JobEntry } from '../realtimeStore.ts';
import { JOB, logOf, progress, snapshotOf } from './fixtures.ts';
import { createScriptedServer, settled, type ScriptedServer } from './scriptedServer.ts';

let pages = 0;

export interface BedOptions extends Partial<Pick<RealtimeClientOptions, 'url' | 'token'>> {
  ports?: Partial<Ports>;
  clock?: VirtualClock;
  device?: Device;
}

export interface ClientBed {
  clock: VirtualClock;
  device: Device;
  server: ScriptedServer;
  client: RealtimeClient;
  /** Codes of what was reported. */
  errors: string[];
  /** The client's own events, in words. */
  events: string[];
  advance(ms: number): Promise<void>;
  /** Starts the client and accepts its first attempt. */
  connect(): Promise<void>;
  emit(...log: JobEvent[]): void;
  /** Answers the latest subscribe. */
  answerSubscribe(result: { outcome: string; job?: JobSnapshot; sequence?: number; epoch?: string }): Promise<void>;
  entry(jobId?: string): JobEntry | undefined;
  /** Ends the client, with what it had saved before. */
  crash(): void;
  text(): string;
}

export function userToken(name: string): string {
  return `header.${btoa(JSON.stringify({ sub: name }))}.signature`;
}

export function createBed({
  clock = createVirtualClock(),
  device = createDevice(),
  url = 'http://server.test',
  token,
  ports,
}: BedOptions = {}): ClientBed {
  if (device.token() === null) device.setToken(userToken('ada'));
  const server = createScriptedServer();
  const errors: string[] = [];
  const events: string[] = [];
  const client: RealtimeClient = createRealtimeClient({
    url,
    token: token ?? device.token,
    openWire: server.openWire,
    ports: {
      clock,
      random: createSeededRandom((pages += 1)),
      environment: device.environment,
      frames: clockFrames(clock),
      sessions: device.sessions,
      tabStorage: device.tabStorage,
      tabs: device.tabs,
      ...ports,
    },
  });
  client.onError((error) => errors.push(error.code));
  client.on('socket:connected', ({ reconnectCount }) => events.push(`connected ${String(reconnectCount)}`));
  client.on('socket:reconnecting', ({ retryCount }) => events.push(`reconnecting ${String(retryCount)}`));
  client.on('socket:disconnected', ({ reason }) => events.push(`disconnected ${reason}`));
  return {
    clock,
    device,
    server,
    client,
    errors,
    events,
    advance: async (ms: number) => {
      clock.advance(ms);
      await settled();
    },
    connect: async () => {
      await Promise.all([client.start(), settled()]);
      server.attempt().accept();
      await settled();
    },
    emit: (...log: JobEvent[]) => {
      for (const { type, ...payload } of log) server.attempt().emit(type, payload);
    },
    answerSubscribe: async (result: { outcome: string; job?: JobSnapshot; sequence?: number; epoch?: string }) => {
      const { outcome, job, sequence = job?.sequence ?? 0, epoch = 'e1' } = result;
      server
        .attempt()
        .last(EVENTS.JOB_SUBSCRIBE)
        .answer({
          outcome,
          position: { epoch, sequence },
          serverTime: clock.now(),
          ...(job === undefined ? {} : { job }),
        });
      await settled();
    },
    entry: (jobId = JOB) => client.store.getState().jobs.get(jobId),
    crash: () => {
      const saved = device.sessions.keys().map((key) => [key, device.sessions.get(key)] as const);
      client.stop();
      for (const [key, value] of saved) if (value !== null) device.sessions.set(key, value);
    },
    text: () => client.textOf(JOB).read().rope.toString(),
  };
}

/** Connected, with the job subscribed and the first `length` events of its log shown. */
export async function createLiveBed(length = 5, options: BedOptions = {}): Promise<ClientBed> {
  const bed = createBed(options);
  bed.client.retainJob(JOB);
  await bed.connect();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(length)) });
  await bed.advance(20);
  return bed;
}

/** The first user's sign-in ends, and a page that signs in with `token` takes over. */
export async function signInAs(bed: ClientBed, token: string): Promise<void> {
  bed.device.setToken(token);
  bed.server.attempt().emit(EVENTS.AUTH_EXPIRED, {});
  await bed.advance(20);
  bed.server.attempt().accept();
  await bed.advance(20);
}

/** A page that saved the first `length` events of the job and crashed, and the page after it. */
export async function createReturn(
  length: number,
  { change = (job) => job, ...options }: BedOptions & { change?: (job: JobSnapshot) => JobSnapshot } = {},
): Promise<{ bed: ClientBed; log: JobEvent[] }> {
  const before = createBed(options);
  before.client.retainJob(JOB);
  await before.connect();
  const log = [...logOf(length), progress(length + 1, 45)];
  await before.answerSubscribe({ outcome: 'snapshot', job: change(snapshotOf(log)) });
  await before.advance(2_100);
  before.device.losePage();
  // A page that is gone saves nothing any more, not even at its end.
  before.crash();
  const bed = createBed({ ...options, clock: before.clock, device: before.device });
  return { bed, log };
}
