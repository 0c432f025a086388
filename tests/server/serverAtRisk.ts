import { createSeededRandom, createVirtualClock, type VirtualClock } from '@regen/realtime-mocks';
import { pino } from 'pino';
import { afterEach, beforeEach, expect } from 'vitest';
import { readConfig, startServer, type RunningServer } from '../../server/index.ts';

export interface ServerAtRisk {
  readonly server: RunningServer;
  readonly clock: VirtualClock;
  /** The log is as it was at the test's start, and nothing went wrong inside of the server. */
  expectUnharmed(): Promise<void>;
}

/** For each test a server of its own, on memory, with the job `job-1` of `ownerId`. `end` runs before the server closes. */
export function serverAtRisk(ownerId: string, environment: Record<string, string>, end: () => void): ServerAtRisk {
  let clock: VirtualClock;
  let server: RunningServer;
  let logged: string[];
  let before: unknown;

  async function written(): Promise<unknown> {
    const head = await server.log.read({ jobId: 'job-1' });
    const events = await server.log.read({ jobId: 'job-1', after: 'beginning' });
    if (head.kind === 'missing' || events.kind !== 'events') throw new Error('The job is gone.');
    return { events: events.events, cancelRequested: head.head.cancelRequested };
  }

  beforeEach(async () => {
    logged = [];
    clock = createVirtualClock();
    server = await startServer(readConfig({ PORT: '0', ...environment }), {
      logger: pino({ level: 'warn' }, { write: (line: string) => logged.push(line) }),
      clock,
      random: createSeededRandom(1),
    });
    await server.log.create({ jobId: 'job-1', ownerId, title: 'A job' });
    before = await written();
  });

  afterEach(async () => {
    end();
    await server.close();
  });

  return {
    get server() {
      return server;
    },
    get clock() {
      return clock;
    },
    expectUnharmed: async () => {
      expect(await written()).toEqual(before);
      expect(logged).toEqual([]);
    },
  };
}
