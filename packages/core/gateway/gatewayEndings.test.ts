import { expect, test } from 'vitest';
import { createGateway } from './gateway.ts';
import { memoryJobLog } from '../memory/memoryJobLog.ts';
import { append, chunk, createJob } from '../testing/jobs.ts';
import { createManualClock, createSeededRandom, settle } from '../testing/manualClock.ts';
import { createTestNode } from '../testing/testNode.ts';

const worker = { kind: 'worker' } as const;

/** A reader without commands, and how often it was ended. */
function createReader() {
  const messages: string[] = [];
  return {
    messages,
    ends: 0,
    send({ event }: { event: string }) {
      messages.push(event);
    },
    end() {
      this.ends += 1;
    },
  };
}

test('a reader that throws costs no other its events, and is reported', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  const after = { epoch, sequence: 1 };
  const nothing = { after, jobId: 'job-1', onPlaced: () => undefined, onEnded: () => undefined };
  const heard: string[] = [];
  await node.gateway.follow({
    ...nothing,
    emit: (event) => {
      if (event === 'job:progress') throw new Error('gone');
    },
  });
  await node.gateway.follow({ ...nothing, emit: (event) => heard.push(event) });
  await settle();
  await append(node.log, 'job-1', { type: 'job:progress', progress: 1 }, chunk('a'), {
    type: 'job:progress',
    progress: 2,
  });
  await append(node.log, 'job-1', chunk('b'));
  await node.clock.advance(20);
  expect(heard).toEqual(['job:progress', 'model:chunk:v1', 'job:progress', 'model:chunk:v1']);
  expect(node.errors.map(String)).toEqual(['Error: gone', 'Error: gone']);
});

test('a job that was lost and made anew for another owner ends what its former readers had', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1' });
  const reader = createReader();
  await node.api.eventStream({
    caller: { kind: 'user', ownerId: 'ann' },
    jobId: 'job-1',
    send: (message) => {
      reader.send(message);
    },
    end: () => {
      reader.end();
    },
  });
  node.log.faults.restartWithoutLog();
  await createJob(node.log, { ownerId: 'bob' });
  await append(node.log, 'job-1', chunk('of bob'));
  await node.clock.advance(60_000);
  expect(client.of('model:chunk:v1')).toEqual([]);
  expect(client.closedBy()).toBe('draining');
  expect(reader).toMatchObject({ messages: ['job:created'], ends: 1 });
  expect(node.gateway.stats()).toEqual({ connections: 0, subscriptions: 0, feeds: 0, watchedOwners: 0 });
});

test('event streams end with a drain, none is opened while draining, and nothing is left', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  const reader = createReader();
  const open = () =>
    node.api.eventStream({
      caller: worker,
      jobId: 'job-1',
      after: `${epoch}:1`,
      send: (message) => {
        reader.send(message);
      },
      end: () => {
        reader.end();
      },
    });
  await open();
  node.gateway.drain(1_000);
  expect(reader.ends).toBe(1);
  expect(await open()).toMatchObject({ status: 503, error: { code: 'unavailable' } });
  node.gateway.close();
  await node.clock.advance(20_000);
  expect(reader.ends).toBe(1);
  expect(node.gateway.stats().feeds).toBe(0);
  expect(node.clock.pending()).toBe(0);
});

test('a connection is told nothing before it has opened, and then what holds, once', async () => {
  const clock = createManualClock();
  const log = memoryJobLog({ clock, random: createSeededRandom(1) });
  const gateway = createGateway({
    log,
    clock,
    random: createSeededRandom(2),
    emitToRoom: () => undefined,
    authenticate: () => Promise.resolve({ kind: 'user', ownerId: 'ann', expiresAt: clock.now() + 5_000 }),
  });
  const told: string[] = [];
  const answer = await gateway.connect(
    {
      id: 'c',
      emit: (event) => told.push(event),
      join: () => undefined,
      leave: () => undefined,
      close: () => undefined,
    },
    { token: 'a token' },
  );
  if (answer.kind !== 'accepted') throw new Error('refused');
  log.faults.setAvailable(false);
  await clock.advance(0);
  expect(told).toEqual([]);
  answer.session.opened();
  answer.session.opened();
  await clock.advance(0);
  expect(told.toSorted()).toEqual(['auth:expiring', 'server:degraded']);
  gateway.close();
  expect(clock.pending()).toBe(0);
});

test('what was read of a job before it changed is not told after the change', async () => {
  const node = createTestNode();
  await createJob(node.log);
  await append(node.log, 'job-1', { type: 'job:started' });
  const client = await node.connect();
  await client.command('jobs:watch', {});
  const { recent } = node.log;
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  node.log.recent = async (request) => {
    const jobs = await recent(request);
    await held;
    return jobs;
  };
  // A loss and its healing: every owner's jobs are read again.
  node.log.faults.setAvailable(false);
  node.log.faults.setAvailable(true);
  await settle();
  await append(node.log, 'job-1', { type: 'job:completed' });
  release();
  await settle();
  expect(client.of('jobs:changed').map(({ job }) => job.status)).toEqual(['completed']);
});
