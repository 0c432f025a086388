/** What a run of a scenario is played on: a clock, a network, those who sign in, and a backend behind the network. */
import { WORKER_LEASE_MS } from '@regen/realtime-core';
import type { Random } from '@regen/realtime-shared';
import type { ManagerOptions } from 'socket.io-client';
import { createActivity, type Activity } from './activity.ts';
import { createLink, type Link } from './link.ts';
import { createMockBackend, type MockBackend } from './mockBackend.ts';
import { mockManagerOptions } from './mockTransport.ts';
import type { Scenario } from './scenario.ts';
import type { ScriptedBackend } from './scripted/server.ts';
import { createSeededRandom, seedOf } from './seededRandom.ts';
import { createSignIns, type SignIns } from './signIns.ts';
import { createVirtualClock, type VirtualClock } from './virtualClock.ts';

/** What is the same whatever the backend is. */
export interface Ground {
  clock: VirtualClock;
  random: Random;
  activity: Activity;
  link: Link;
  signIns: SignIns;
  /** The scenario's, with what it leaves out. */
  timings: { leaseMs: number } & NonNullable<Scenario['timings']>;
}

export interface World<Backend extends ScriptedBackend = ScriptedBackend> extends Ground {
  /** Of the server, as the page's client is given it. */
  url: string;
  /** What takes the page's client over the link to that server. */
  manager: Partial<ManagerOptions>;
  backend: Backend;
  /** What the backend reported of itself, oldest first. */
  errors: readonly string[];
  /** Resolves when nothing is on its way in real time. */
  settle(): Promise<void>;
}

/** Thursday, 15 January 2026, 09:00 UTC. */
const START = 1_768_467_600_000;
let hosts = 0;

/** All of a world but the server and the way to it. */
export function createGround(scenario: Scenario): Ground {
  const clock = createVirtualClock({ start: START });
  return {
    clock,
    random: createSeededRandom(seedOf(scenario.id)),
    activity: createActivity(),
    link: createLink({ clock }),
    signIns: createSignIns(clock),
    timings: { leaseMs: WORKER_LEASE_MS, ...scenario.timings },
  };
}

/** Everything in this process' memory, the network too. `logRandom`: as for `createMockBackend`. */
export function mockWorld(scenario: Scenario, options: { logRandom?: Random } = {}): World<MockBackend> {
  hosts += 1;
  const url = `http://n${String(hosts)}.mock.invalid`;
  const ground = createGround(scenario);
  const { clock, random, activity, link, signIns, timings } = ground;
  const errors: string[] = [];
  const backend = createMockBackend({
    url,
    clock,
    random,
    activity,
    link,
    authenticate: signIns.authenticate,
    onError: (error, context) => errors.push(`${context}: ${String(error)}`),
    ...options,
    ...timings,
    ...(scenario.maxTextLength === undefined ? {} : { maxTextLength: scenario.maxTextLength }),
  });
  return {
    ...ground,
    url,
    manager: mockManagerOptions({ clock, activity, link }),
    backend,
    errors,
    settle: () => activity.settled(),
  };
}
