import type { HandshakeError } from '@regen/realtime-shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectionFacts, socketStatusOf } from './connectionFacts.ts';
import {
  DEFAULT_CONNECTION_SETTINGS,
  createConnectionMachine,
  timersOf,
  transition,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionMachine,
  type ConnectionPhase,
} from './connectionMachine.ts';

const NOW = 1_000_000;
const settings = DEFAULT_CONNECTION_SETTINGS;
const at = (now: number, random = 0.5) => ({ now, random, settings });
const UNAUTHORIZED: HandshakeError = { code: 'unauthorized', message: 'No.', retryable: false };
const CROWDED: HandshakeError = { code: 'too_many_connections', message: 'Too many.', retryable: true };
const UNAVAILABLE: HandshakeError = { code: 'unavailable', message: 'Later.', retryable: true };

/** What a row of the table starts from. */
const ROWS = {
  idle: { kind: 'idle' },
  opening: { kind: 'opening', attempt: 2, startedAt: NOW - 3_000 },
  open: { kind: 'open', doubt: 'none', openedAt: NOW - 60_000 },
  doubted: { kind: 'open', doubt: 'wake', openedAt: NOW - 60_000 },
  waiting: { kind: 'waiting', attempt: 2, retryAt: NOW + 5_000, lastAttemptAt: NOW - 2_000 },
  offline: { kind: 'offline', attempt: 2 },
  refused: { kind: 'refused', refusal: UNAUTHORIZED },
  crowded: { kind: 'refused', refusal: CROWDED },
} as const satisfies Record<string, ConnectionPhase>;
type Row = keyof typeof ROWS;

const COLUMNS = {
  start: { kind: 'start', deviceOnline: true },
  stop: { kind: 'stop' },
  opened: { kind: 'opened' },
  failed: { kind: 'openFailed', refusal: null },
  failedForNow: { kind: 'openFailed', refusal: UNAVAILABLE },
  failedForGood: { kind: 'openFailed', refusal: UNAUTHORIZED },
  failedAsCrowded: { kind: 'openFailed', refusal: CROWDED },
  closed: { kind: 'closed' },
  retryDue: { kind: 'retryDue' },
  lossLasted: { kind: 'lossLasted' },
  retryNow: { kind: 'retryNow' },
  tokenChanged: { kind: 'tokenChanged' },
  deviceOnline: { kind: 'deviceOnline' },
  deviceOffline: { kind: 'deviceOffline' },
  wake: { kind: 'wake' },
  probeAnswered: { kind: 'probeAnswered' },
  probeFailed: { kind: 'probeFailed' },
  draining: { kind: 'draining', reconnectAfterMs: 3_000 },
  degraded: { kind: 'degraded', degraded: true },
  authExpired: { kind: 'authExpired' },
} as const satisfies Record<string, ConnectionEvent>;
type Column = keyof typeof COLUMNS;

/** Every kind of event has a column: a new one does not compile without. */
const _columnsAreComplete: ConnectionEvent['kind'] extends (typeof COLUMNS)[Column]['kind'] ? true : never = true;
void _columnsAreComplete;

/** The phase after, and what is done at once; `same` is the same phase without an effect. */
type Cell = 'same' | readonly [ConnectionPhase['kind'], ...ConnectionEffect[]];
const OPENS: Cell = ['opening', 'close', 'open'];
const WAITS: Cell = ['waiting', 'close'];
const REFUSED: Cell = ['refused', 'close', 'recheckToken'];
const nothing = {
  start: 'same',
  stop: ['idle', 'close'],
  opened: 'same',
  failed: 'same',
  failedForNow: 'same',
  failedForGood: 'same',
  failedAsCrowded: 'same',
  closed: 'same',
  retryDue: 'same',
  lossLasted: 'same',
  retryNow: 'same',
  tokenChanged: 'same',
  deviceOnline: 'same',
  deviceOffline: 'same',
  wake: 'same',
  probeAnswered: 'same',
  probeFailed: 'same',
  draining: 'same',
  degraded: 'same',
  authExpired: 'same',
} as const satisfies Record<Column, Cell>;

const TABLE: Record<Row, Record<Column, Cell>> = {
  idle: { ...nothing, stop: 'same', start: OPENS },
  opening: {
    ...nothing,
    opened: ['open'],
    failed: WAITS,
    failedForNow: WAITS,
    failedForGood: REFUSED,
    failedAsCrowded: ['refused', 'close'],
    retryNow: ['opening', 'recheckToken'],
    deviceOnline: ['opening', 'recheckToken'],
    wake: ['opening', 'recheckToken'],
    tokenChanged: OPENS,
  },
  open: {
    ...nothing,
    closed: WAITS,
    retryNow: ['open', 'recheckToken'],
    tokenChanged: OPENS,
    deviceOnline: ['open', 'probe', 'recheckToken'],
    deviceOffline: ['open', 'probe'],
    wake: ['open', 'probe', 'recheckToken'],
    authExpired: REFUSED,
  },
  doubted: {
    ...nothing,
    closed: WAITS,
    retryNow: ['open', 'recheckToken'],
    tokenChanged: OPENS,
    deviceOnline: ['open', 'probe', 'recheckToken'],
    deviceOffline: ['open', 'probe'],
    wake: ['open', 'probe', 'recheckToken'],
    probeAnswered: ['open'],
    probeFailed: WAITS,
    authExpired: REFUSED,
  },
  waiting: {
    ...nothing,
    retryDue: OPENS,
    retryNow: OPENS,
    deviceOnline: OPENS,
    deviceOffline: ['offline'],
    wake: OPENS,
  },
  offline: { ...nothing, retryNow: OPENS, deviceOnline: OPENS, wake: OPENS },
  refused: {
    ...nothing,
    retryNow: OPENS,
    tokenChanged: OPENS,
    deviceOnline: ['refused', 'recheckToken'],
    wake: ['refused', 'recheckToken'],
  },
  crowded: { ...nothing, retryNow: OPENS, tokenChanged: OPENS },
};

function machineIn(phase: ConnectionPhase, change: Partial<ConnectionMachine> = {}): ConnectionMachine {
  return { ...createConnectionMachine(), everConnected: true, phase, ...change };
}

for (const row of Object.keys(TABLE) as Row[]) {
  for (const column of Object.keys(COLUMNS) as Column[]) {
    const cell = TABLE[row][column];
    test(`${row}, ${column}: ${cell === 'same' ? 'nothing to do' : cell.join(' ')}`, () => {
      const before = machineIn(ROWS[row]);
      const [after, effects] = transition(before, COLUMNS[column], at(NOW));
      expect([after.phase.kind, ...effects]).toEqual(cell === 'same' ? [before.phase.kind] : cell);
      if (cell === 'same') expect(after.phase).toBe(before.phase);
    });
  }
}

test('an event that means nothing returns the same state', () => {
  const idle = createConnectionMachine();
  for (const kind of ['stop', 'opened', 'closed', 'retryDue', 'lossLasted', 'probeAnswered', 'authExpired'] as const) {
    expect(transition(idle, { kind }, at(NOW))[0]).toBe(idle);
  }
});

test('a delay is up to twice as long after each failure, and never longer than the cap', () => {
  let machine = createConnectionMachine();
  let now = NOW;
  const delays: number[] = [];
  [machine] = transition(machine, COLUMNS.start, at(now, 0.999_999));
  for (let attempt = 0; attempt < 9; attempt += 1) {
    [machine] = transition(machine, { kind: 'openFailed', refusal: null }, at(now, 0.999_999));
    if (machine.phase.kind !== 'waiting') throw new Error('It does not wait.');
    delays.push(machine.phase.retryAt - now);
    now = machine.phase.retryAt;
    [machine] = transition(machine, { kind: 'retryDue' }, at(now, 0.999_999));
  }
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
});

test('the jitter is full: a delay may be anything from the shortest to its ceiling', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 0.999_999, noNaN: true }),
      fc.integer({ min: 1, max: 40 }),
      (random, attempt) => {
        const opening = machineIn({ kind: 'opening', attempt, startedAt: NOW });
        const [{ phase }] = transition(opening, { kind: 'openFailed', refusal: null }, at(NOW, random));
        const delay = phase.kind === 'waiting' ? phase.retryAt - NOW : Number.NaN;
        expect(delay).toBeGreaterThanOrEqual(100);
        expect(delay).toBeLessThanOrEqual(30_000);
      },
    ),
  );
});

test('a server that accepts and hangs up at once is spared more each time', () => {
  let machine = createConnectionMachine();
  let now = NOW;
  const delays: number[] = [];
  [machine] = transition(machine, COLUMNS.start, at(now));
  for (let round = 0; round < 6; round += 1) {
    [machine] = transition(machine, { kind: 'opened' }, at(now));
    [machine] = transition(machine, { kind: 'closed' }, at(now + 50, 0.999_999));
    if (machine.phase.kind !== 'waiting') throw new Error('It does not wait.');
    delays.push(machine.phase.retryAt - now - 50);
    now = machine.phase.retryAt;
    [machine] = transition(machine, { kind: 'retryDue' }, at(now));
  }
  expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000]);
  [machine] = transition(machine, { kind: 'opened' }, at(now));
  [machine] = transition(machine, { kind: 'closed' }, at(now + 5_000, 0.999_999));
  expect(machine.phase).toMatchObject({ retryAt: now + 5_500 });
});

test('after a drain it comes back when the server said, also if the connection ended late', () => {
  const open = machineIn(ROWS.open);
  const [draining] = transition(open, { kind: 'draining', reconnectAfterMs: 3_000 }, at(NOW));
  expect(connectionFacts(draining).draining).toBe(true);
  const [lost] = transition(draining, { kind: 'closed' }, at(NOW + 1_000));
  expect(lost.phase).toMatchObject({ kind: 'waiting', retryAt: NOW + 3_000 });
  const [lostLate] = transition(draining, { kind: 'closed' }, at(NOW + 9_000));
  expect(lostLate.phase).toMatchObject({ retryAt: NOW + 9_100 });
  expect(connectionFacts(lost).draining).toBe(false);
});

test('a drain that announces an absence of days is not believed', () => {
  const [draining] = transition(machineIn(ROWS.open), { kind: 'draining', reconnectAfterMs: 1e12 }, at(NOW));
  const [lost] = transition(draining, { kind: 'closed' }, at(NOW));
  expect(lost.phase).toMatchObject({ retryAt: NOW + 300_000 });
});

test('the first attempt is made even where the device says that it has no network', () => {
  const [started] = transition(createConnectionMachine(), { kind: 'start', deviceOnline: false }, at(NOW));
  expect(started.phase.kind).toBe('opening');
  const [failed, effects] = transition(started, { kind: 'openFailed', refusal: null }, at(NOW));
  expect([failed.phase.kind, ...effects]).toEqual(['offline', 'close']);
});

test('a loss without a network waits for the network, not for a time', () => {
  const [offline] = transition(machineIn(ROWS.open, { deviceOnline: false }), { kind: 'closed' }, at(NOW));
  expect(offline.phase).toEqual({ kind: 'offline', attempt: 1 });
  expect(timersOf(offline, settings)).toEqual({ attemptEndsAt: null, retryAt: null, lossLastsAt: NOW + 5_000 });
  const [back] = transition(offline, { kind: 'deviceOnline' }, at(NOW + 60_000));
  expect(back.phase).toMatchObject({ kind: 'opening', attempt: 1 });
});

test('while the device doubts its network nothing claims to be live, until the server has answered', () => {
  const [doubted] = transition(machineIn(ROWS.open), { kind: 'deviceOffline' }, at(NOW));
  expect(connectionFacts(doubted)).toMatchObject({ socketStatus: 'reconnecting', online: false });
  const [back, effects] = transition(doubted, { kind: 'deviceOnline' }, at(NOW));
  expect(effects).toContain('probe');
  expect(connectionFacts(back)).toMatchObject({ socketStatus: 'reconnecting', online: true });
  const [answered] = transition(back, { kind: 'probeAnswered' }, at(NOW));
  expect(connectionFacts(answered)).toMatchObject({ socketStatus: 'connected', online: true });
});

test('a wake-up does not hurry an attempt behind one that is younger than a second', () => {
  const waiting = machineIn({ ...ROWS.waiting, lastAttemptAt: NOW - 900 });
  expect(transition(waiting, { kind: 'wake' }, at(NOW))).toEqual([waiting, []]);
});

test('a loss is told once it has lasted five seconds, and the count starts at the first loss', () => {
  let [machine] = transition(machineIn(ROWS.open), { kind: 'closed' }, at(NOW));
  [machine] = transition(machine, { kind: 'retryDue' }, at(NOW + 400));
  [machine] = transition(machine, { kind: 'openFailed', refusal: null }, at(NOW + 500));
  expect(timersOf(machine, settings).lossLastsAt).toBe(NOW + 5_000);
  [machine] = transition(machine, { kind: 'lossLasted' }, at(NOW + 5_000));
  expect(connectionFacts(machine)).toMatchObject({ lossIsLasting: true, lostAt: NOW });
  expect(timersOf(machine, settings).lossLastsAt).toBeNull();
});

test('a source with a new token for each refusal is followed at once only the first time', () => {
  let [machine] = transition(createConnectionMachine(), COLUMNS.start, at(NOW));
  [machine] = transition(machine, { kind: 'openFailed', refusal: UNAUTHORIZED }, at(NOW));
  [machine] = transition(machine, { kind: 'tokenChanged' }, at(NOW));
  expect(machine.phase.kind).toBe('opening');
  const delays: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    [machine] = transition(machine, { kind: 'openFailed', refusal: UNAUTHORIZED }, at(NOW, 0.999_999));
    [machine] = transition(machine, { kind: 'tokenChanged' }, at(NOW, 0.999_999));
    if (machine.phase.kind !== 'waiting') throw new Error('It does not wait.');
    delays.push(machine.phase.retryAt - NOW);
    [machine] = transition(machine, { kind: 'retryDue' }, at(NOW));
  }
  expect(delays).toEqual([1_000, 2_000, 4_000]);
});

test('an expired sign-in that lasted long is renewed without a delay each time', () => {
  let machine = machineIn(ROWS.open);
  for (let hour = 0; hour < 5; hour += 1) {
    const now = NOW + hour * 3_600_000;
    [machine] = transition(machine, { kind: 'authExpired' }, at(now));
    expect(connectionFacts(machine).refusal?.code).toBe('token_expired');
    [machine] = transition(machine, { kind: 'tokenChanged' }, at(now));
    expect(machine.phase.kind).toBe('opening');
    [machine] = transition(machine, { kind: 'opened' }, at(now));
  }
});

test('a connection that ends for another sign-in counts as lost from then on, and keeps nothing of the old one', () => {
  const open = machineIn(ROWS.open, { degraded: true, drainUntil: NOW + 5_000 });
  const [next, effects] = transition(open, { kind: 'tokenChanged' }, at(NOW));
  expect(effects).toEqual(['close', 'open']);
  expect(connectionFacts(next)).toMatchObject({ lostAt: NOW, degraded: false, draining: false, retryCount: 1 });
});

test('reconnects are counted from the second connection on', () => {
  let [machine] = transition(createConnectionMachine(), COLUMNS.start, at(NOW));
  [machine] = transition(machine, { kind: 'opened' }, at(NOW));
  expect(machine.reconnectCount).toBe(0);
  [machine] = transition(machine, { kind: 'closed' }, at(NOW));
  [machine] = transition(machine, { kind: 'retryDue' }, at(NOW));
  [machine] = transition(machine, { kind: 'opened' }, at(NOW));
  expect(connectionFacts(machine)).toMatchObject({ reconnectCount: 1, retryCount: 0, lostAt: null });
});

const STATUS: Record<
  Row,
  [never: ReturnType<typeof socketStatusOf>, connectedBefore: ReturnType<typeof socketStatusOf>]
> = {
  idle: ['initial', 'disconnected'],
  opening: ['connecting', 'reconnecting'],
  open: ['connected', 'connected'],
  doubted: ['connected', 'connected'],
  waiting: ['disconnected', 'reconnecting'],
  offline: ['disconnected', 'disconnected'],
  refused: ['disconnected', 'disconnected'],
  crowded: ['disconnected', 'disconnected'],
};
for (const row of Object.keys(STATUS) as Row[]) {
  test(`${row} is told as ${STATUS[row].join(', after a first connection as ')}`, () => {
    expect(socketStatusOf(machineIn(ROWS[row], { everConnected: false }))).toBe(STATUS[row][0]);
    expect(socketStatusOf(machineIn(ROWS[row]))).toBe(STATUS[row][1]);
  });
}

test('whatever happens, a machine that is not over always has a way on', () => {
  const event = fc.constantFrom(...Object.values(COLUMNS));
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.nat(20_000))), fc.boolean(), (events, online) => {
      let [machine] = transition(createConnectionMachine(), { kind: 'start', deviceOnline: online }, at(NOW));
      let now = NOW;
      for (const [next, delay] of events) {
        now += delay;
        const [after, effects] = transition(machine, next, at(now));
        // A socket is opened only after the one before it was closed, so there are never two.
        if (effects.includes('open')) expect(effects.indexOf('close')).toBe(effects.indexOf('open') - 1);
        if (after.phase.kind !== 'open' && machine.phase.kind === 'open') expect(effects).toContain('close');
        machine = after;
        const timers = timersOf(machine, settings);
        if (machine.phase.kind === 'opening') expect(timers.attemptEndsAt).not.toBeNull();
        if (machine.phase.kind === 'waiting') expect(timers.retryAt).toEqual(expect.any(Number));
      }
    }),
  );
});
