import { DEFAULT_GATEWAY_LIMITS, DEFAULT_GATEWAY_TIMINGS, type Authenticate } from '@regen/realtime-core';
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
import { wireContract } from './wireContract.ts';
import type { WireHarness } from './wireHarness.ts';

const LEASE_MS = 30_000;
const LOST_MS = 120_000;
const MAX_TEXT_LENGTH = 100_000;

let servers = 0;

/** `<user>` or `<user>@<expiresAt>`. */
const authenticate: Authenticate = (token) => {
  if (token === undefined || token === 'bad') {
    return Promise.resolve({ kind: 'refused', code: 'unauthorized', message: 'The token is not valid.' });
  }
  const [ownerId = '', expiresAt] = token.split('@');
  return Promise.resolve({ kind: 'user', ownerId, expiresAt: expiresAt === undefined ? null : Number(expiresAt) });
};

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
    authenticate,
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
    tokenOf: (user, expiresAt) => (expiresAt === undefined ? user : `${user}@${String(expiresAt)}`),
    badToken: 'bad',
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
