import { clockFrames } from '@regen/realtime-mocks';
import type { Clock, Random } from '@regen/realtime-shared';
import { createRealtimeClient } from '../../../src/services/realtime/createRealtimeClient.ts';
import type { RealtimeClient } from '../../../src/services/realtime/realtimeClient.ts';
import type { SimulatedBrowser } from './browser.ts';
import type { Network } from './network.ts';
import { createScopedClock } from '../../../mocks/scopedClock.ts';
import type { Truth } from './truth.ts';
import { watchPage, type Witness } from './witness.ts';

/** One page with the production client, on a wire of the modelled network. */
export interface SimulatedPage {
  readonly client: RealtimeClient;
  readonly witness: Witness;
  signal(signal: 'online' | 'offline' | 'visible' | 'hidden'): void;
  /** Ends the looking at a job; returns its opposite. */
  lookAway(jobId: string): () => void;
  /** How often each end was told to a listener. */
  ends(): ReadonlyMap<string, number>;
  /** Left as people leave a page, or gone at once. Nothing of it runs on. */
  leave(): void;
  crash(): void;
  /** Ends the client as an application does, and counts the timers that it forgot. */
  stop(): number;
}

export function openPage(options: {
  name: string;
  tab: number;
  browser: SimulatedBrowser;
  network: Network;
  clock: Clock;
  random: Random;
  truth: Truth;
  jobs: readonly string[];
  watches: boolean;
  token: () => string;
}): SimulatedPage {
  const { browser, network, random, jobs } = options;
  const clock = createScopedClock(options.clock);
  const surroundings = browser.openPage();
  let gone = false;
  const { environment, tabs, tabStorage } = surroundings;
  const client = createRealtimeClient({
    url: 'http://simulated.test',
    token: options.token,
    openWire: network.wireOf({
      tab: options.tab,
      clock,
      isReachable: () => environment.isOnline(),
      isGone: () => gone,
    }),
    ports: { clock, random, environment, tabs, tabStorage, frames: clockFrames(clock), sessions: browser.sessions },
    connection: { backoffBaseMs: 200, backoffCapMs: 800 },
    commandDeadlineMs: 3_000,
    probeDeadlineMs: 800,
  });
  const witness = watchPage(client, options.truth, options.name);
  const ends = new Map<string, number>();
  const looking = new Map<string, () => void>();

  function look(jobId: string): void {
    if (looking.has(jobId)) return;
    const count = (): void => {
      ends.set(jobId, (ends.get(jobId) ?? 0) + 1);
    };
    looking.set(
      jobId,
      client.subscribeToJob(jobId, undefined, count, (error) => {
        if (error.code === 'job_failed' || error.code === 'job_cancelled') count();
      }),
    );
  }

  function lookAway(jobId: string): void {
    looking.get(jobId)?.();
    looking.delete(jobId);
    ends.delete(jobId);
  }

  for (const jobId of jobs) look(jobId);
  if (options.watches) client.watchJobs();
  void client.start();

  function end(): void {
    gone = true;
    clock.end();
    surroundings.end();
  }

  return {
    client,
    witness,
    signal: (signal) => {
      surroundings.signal(signal);
    },
    lookAway: (jobId) => {
      lookAway(jobId);
      return () => {
        look(jobId);
      };
    },
    ends: () => ends,
    leave: () => {
      surroundings.signal('pagehide');
      end();
    },
    crash: end,
    stop: () => {
      client.stop();
      const left = clock.pending();
      end();
      return left;
    },
  };
}
