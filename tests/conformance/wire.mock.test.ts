import { DEFAULT_GATEWAY_LIMITS, DEFAULT_GATEWAY_TIMINGS } from '@regen/realtime-core';
import {
  createActivity,
  createLink,
  createMockBackend,
  createSeededRandom,
  createVirtualClock,
  mockManagerOptions,
  runManagerOn,
} from '@regen/realtime-mocks';
import { Manager } from 'socket.io-client';
import { holdReads } from './holdReads.ts';
import { BAD_TOKEN, createTestUsers, slowTokenOf, tokenOf } from './testUsers.ts';
import { wireContract } from './wireContract.ts';
import type { WireHarness } from './wireHarness.ts';

const LEASE_MS = 30_000;
const LOST_MS = 120_000;
const MAX_TEXT_LENGTH = 100_000;

let servers = 0;

function setUp(): Promise<WireHarness> {
  servers += 1;
  const url = `http://wire${String(servers)}.mock.invalid`;
  const clock = createVirtualClock();
  const activity = createActivity();
  const link = createLink({ clock });
  const backend = createMockBackend({
    url,
    clock,
    random: createSeededRandom(servers),
    activity,
    link,
    authenticate: createTestUsers(),
    leaseMs: LEASE_MS,
    lostMs: LOST_MS,
    maxTextLength: MAX_TEXT_LENGTH,
  });
  backend.start();
  const managers: Manager[] = [];
  const settle = (): Promise<void> => activity.settled();
  return Promise.resolve({
    connect: ({ token }) => {
      const manager = new Manager(url, { ...mockManagerOptions({ clock, activity, link }), reconnection: false });
      runManagerOn(manager, clock);
      managers.push(manager);
      const socket = manager.socket('/', { auth: token === null ? {} : { token } });
      socket.connect();
      return socket;
    },
    tokenOf,
    badToken: BAD_TOKEN,
    workers: backend.workers,
    now: () => clock.now(),
    advance: (ms) => clock.advanceTo(clock.now() + ms, { settle }),
    settle,
    timings: { leaseMs: LEASE_MS, lostMs: LOST_MS, expiryNoticeMs: DEFAULT_GATEWAY_TIMINGS.expiryNoticeMs },
    limits: { ...DEFAULT_GATEWAY_LIMITS, maxTextLength: MAX_TEXT_LENGTH },
    can: {
      loseTail: async (jobId, sequence) => {
        backend.log.faults.loseTail(jobId, sequence);
        await settle();
      },
      restartWithoutLog: async () => {
        backend.log.faults.restartWithoutLog();
        await settle();
      },
      degrade: async (degraded) => {
        backend.log.faults.setAvailable(!degraded);
        await settle();
      },
      losePushes: async (lost) => {
        backend.log.faults.interceptPushes(lost ? () => undefined : undefined);
        await settle();
      },
      holdReads: (what) => Promise.resolve(holdReads(backend.log, what)),
      slowTokenOf: (user, expiresAt) => Promise.resolve(slowTokenOf(user, expiresAt)),
      drain: async (windowMs) => {
        backend.drain(windowMs);
        await settle();
      },
    },
    close: async () => {
      for (const manager of managers) manager._close();
      backend.stop();
      await settle();
    },
  });
}

wireContract('the mock', setUp);
