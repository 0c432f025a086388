import { DEFAULT_GATEWAY_LIMITS, DEFAULT_GATEWAY_TIMINGS, type Authenticate, type JobLog } from '@regen/realtime-core';
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
import type { HeldReads, WireHarness } from './wireHarness.ts';

const LEASE_MS = 30_000;
const LOST_MS = 120_000;
const MAX_TEXT_LENGTH = 100_000;

let servers = 0;

/** `<user>` or `<user>@<expiresAt>`, and with `slow:` before it one whose check waits for the next one's. */
function createAuthenticate(): Authenticate {
  let waiting: (() => void)[] = [];

  function identify(token: string | undefined): Awaited<ReturnType<Authenticate>> {
    if (token === undefined || token === 'bad') {
      return { kind: 'refused', code: 'unauthorized', message: 'The token is not valid.' };
    }
    const [ownerId = '', expiresAt] = token.split('@');
    return { kind: 'user', ownerId, expiresAt: expiresAt === undefined ? null : Number(expiresAt) };
  }

  return async (token) => {
    if (token?.startsWith('slow:') === true) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return identify(token.slice('slow:'.length));
    }
    const due = waiting;
    waiting = [];
    for (const resolve of due) resolve();
    return identify(token);
  };
}

function holdReads(log: JobLog, what: 'calls' | 'answers'): HeldReads {
  const { read, recent, pendingControl } = log;
  let release = (): void => undefined;
  let noteMade = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const made = new Promise<void>((resolve) => {
    noteMade = resolve;
  });
  const held = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    noteMade();
    if (what === 'calls') return released.then(call);
    const answer = await call();
    await released;
    return answer;
  };
  log.read = (request) => held(() => read(request));
  log.recent = (request) => held(() => recent(request));
  log.pendingControl = () => held(pendingControl);
  return {
    made,
    release() {
      Object.assign(log, { read, recent, pendingControl });
      release();
    },
  };
}

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
    authenticate: createAuthenticate(),
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
      losePushes: async (lost) => {
        backend.log.faults.interceptPushes(lost ? () => undefined : undefined);
        await settle();
      },
      holdReads: (what) => Promise.resolve(holdReads(backend.log, what)),
      slowTokenOf: (user, expiresAt) => Promise.resolve(`slow:${user}@${String(expiresAt)}`),
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
