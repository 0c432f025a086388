import type { IngestEvent, JobSnapshot, Position } from '@regen/realtime-shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryJobLog, type MemoryJobLog } from '../memory/memoryJobLog.ts';
import { createJob } from '../testing/jobs.ts';
import { createManualClock, createSeededRandom, settle } from '../testing/manualClock.ts';
import { readStrictly } from '../testing/strictReader.ts';
import { createTestNode, type TestClient } from '../testing/testNode.ts';

type Action =
  | { do: 'append'; count: number; how: 'chunk' | 'progress' }
  | { do: 'wait'; ms: number }
  | { do: 'subscribe'; back: number | null }
  | { do: 'again'; reader: number; back: number }
  | { do: 'leave'; reader: number }
  | { do: 'pushes'; fate: 'deliver' | 'drop' | 'double' | 'hold' | 'release' }
  | { do: 'lose_tail'; count: number }
  | { do: 'takeover' }
  | { do: 'outage'; ms: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      count: fc.integer({ min: 1, max: 40 }),
      how: fc.constantFrom('chunk' as const, 'progress' as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 40 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('subscribe' as const),
      back: fc.option(fc.integer({ min: 0, max: 60 }), { nil: null }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('again' as const),
      reader: fc.nat(7),
      back: fc.integer({ min: 0, max: 20 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), reader: fc.nat(7) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pushes' as const),
      fate: fc.constantFrom(
        'deliver' as const,
        'drop' as const,
        'double' as const,
        'hold' as const,
        'release' as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('lose_tail' as const), count: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'takeover' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('outage' as const), ms: fc.integer({ min: 0, max: 3_000 }) }) },
);

/** Answers late and in its own time, as a store behind a network does. */
function withLatency(log: MemoryJobLog, random: () => number): MemoryJobLog {
  const { read } = log;
  log.read = async (request) => {
    const turns = Math.floor(random() * 12);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    const result = await read(request);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    return result;
  };
  return log;
}

interface Reader {
  client: TestClient;
  /** What the subscriber held when it subscribed last; null: waits for the ack. */
  start: JobSnapshot | null;
  from: number;
}

async function play(actions: readonly Action[], seed: number, allowLoss: boolean): Promise<void> {
  const clock = createManualClock();
  const random = createSeededRandom(seed);
  // A log that keeps little gives those who lag a snapshot, which is a reset where it comes after the ack.
  const retention = { maxEvents: allowLoss ? 300 : 100_000, maxLength: 1_000_000 };
  const log = withLatency(memoryJobLog({ clock, random, retention }), random);
  const node = createTestNode({ log, clock });
  let { writer } = await createJob(log);
  /** What the log has said at each position, so that a reader can come back from there. */
  const states = new Map<number, JobSnapshot>();
  const readers: Reader[] = [];
  let written = 0;
  let held: (() => void)[] = [];

  async function remember(): Promise<JobSnapshot | null> {
    const result = await log.read({ jobId: 'job-1' });
    if (result.kind !== 'snapshot') return null;
    states.set(result.snapshot.sequence, result.snapshot);
    return result.snapshot;
  }

  function setPushes(fate: Extract<Action, { do: 'pushes' }>['fate']): void {
    if (fate === 'release') {
      const late = held;
      held = [];
      for (const deliver of late.toReversed()) deliver();
      return;
    }
    log.faults.interceptPushes(
      fate === 'deliver'
        ? undefined
        : (_jobId, message, deliver) => {
            // A takeover's and a heal's `check` comes again with the next connection: losing it is another fault.
            if (message.kind === 'check' || fate === 'double') deliver();
            if (fate === 'double') deliver();
            if (fate === 'hold') held.push(deliver);
          },
    );
  }

  function subscribe(reader: Reader, back: number | null): void {
    const known = [...states.keys()].sort((one, other) => other - one);
    const state = back === null ? undefined : states.get(known[back % known.length] ?? 0);
    const after: Position | undefined = state && { epoch: state.epoch, sequence: state.sequence };
    reader.start = state ?? null;
    reader.from = reader.client.wire.length;
    void reader.client.send('job:subscribe', { jobId: 'job-1', ...(after === undefined ? {} : { after }) });
  }

  await remember();
  for (const step of actions) {
    switch (step.do) {
      case 'append': {
        const events = Array.from({ length: step.count }, (_, index): IngestEvent =>
          step.how === 'chunk'
            ? { type: 'model:chunk:v1', text: `${String(written + index)},` }
            : { type: 'job:progress', progress: (written + index) % 100 },
        );
        if (!log.isAvailable()) break;
        await log.append({ jobId: 'job-1', writer, events });
        written += step.count;
        await remember();
        break;
      }
      case 'wait':
        await clock.advance(step.ms);
        break;
      case 'subscribe': {
        if (readers.length >= 8) break;
        const reader: Reader = { client: await node.connect(), start: null, from: 0 };
        readers.push(reader);
        subscribe(reader, step.back);
        break;
      }
      case 'again': {
        const reader = readers[step.reader];
        if (reader === undefined) break;
        // An ack in flight belongs to the subscribe before: only one at a time can be told apart here.
        await settle();
        subscribe(reader, step.back);
        break;
      }
      case 'leave': {
        const [gone] = readers.splice(step.reader, 1);
        gone?.client.session.disconnected();
        break;
      }
      case 'pushes':
        setPushes(step.fate);
        break;
      case 'lose_tail': {
        if (!allowLoss) break;
        const head = await log.read({ jobId: 'job-1' });
        if (head.kind !== 'snapshot') break;
        log.faults.loseTail('job-1', Math.max(1, head.head.sequence - step.count));
        // Its writer is gone with the tail, else the same positions would be written anew in the same epoch.
        const taken = await log.takeover({ jobId: 'job-1', writer });
        if (taken.kind === 'taken') writer = taken.writer;
        await remember();
        break;
      }
      case 'takeover': {
        const taken = await log.takeover({ jobId: 'job-1', writer });
        if (taken.kind === 'taken') writer = taken.writer;
        break;
      }
      case 'outage':
        log.faults.setAvailable(false);
        await clock.advance(step.ms);
        log.faults.setAvailable(true);
        break;
    }
  }

  setPushes('release');
  setPushes('deliver');
  await clock.advance(6_500);
  await log.append({ jobId: 'job-1', writer, events: [{ type: 'job:completed' }] });
  const final = await remember();
  await clock.advance(6_500);

  for (const { client, start, from } of readers) {
    const wire = client.wire.slice(from);
    const acks = wire.flatMap((entry) =>
      'ack' in entry ? [entry.ack as { ok: boolean; outcome?: string; job?: JobSnapshot }] : [],
    );
    const ack = acks.at(-1);
    if (ack === undefined) throw new Error('a subscribe was never answered');
    if (!ack.ok) continue;
    const after = wire.slice(wire.findLastIndex((entry) => 'ack' in entry) + 1);
    const before = ack.job ?? start;
    if (before === null) throw new Error('neither a position nor a snapshot');
    const read = readStrictly(
      before,
      after.filter((entry) => 'event' in entry),
    );
    expect(read.text).toBe(final?.channels['output']?.text ?? '');
    expect(read.job.status).toBe('completed');
    if (!allowLoss) {
      expect(read.resets).toBe(0);
      expect(ack.outcome).not.toBe('reset');
    }
  }
  for (const { client } of readers) client.session.disconnected();
  node.gateway.close();
  await clock.advance(0);
  expect(node.gateway.stats()).toEqual({ connections: 0, subscriptions: 0, feeds: 0, watchedOwners: 0 });
  expect(clock.pending()).toBe(0);
  expect(node.errors).toEqual([]);
}

test('pushes lost, doubled and out of order: every subscription sees each sequence once and ends up with all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 8, maxLength: 60, size: 'max' }), fc.nat(), (actions, seed) =>
      play(actions, seed, false),
    ),
    { numRuns: 300 },
  );
}, 60_000);

test('lost tails and takeovers besides: what was seen and exists no longer is told by a reset, never silent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 8, maxLength: 60, size: 'max' }), fc.nat(), (actions, seed) =>
      play(actions, seed, true),
    ),
    { numRuns: 300 },
  );
}, 60_000);
