import { expect, test } from 'vitest';
import { jobAnswer } from './publisherBed.ts';
import { createScriptedPublisher } from './scriptedPublisher.ts';

/** Takeovers whose answer is lost, and a log that goes back to before one. */

const LEASE_MS = 5_000;
const checkpoint = { jobId: 'job-1', writer: 'w1', sequence: 2, request: null };

const refusal = (code: string, more: object = {}): Response =>
  Response.json({ error: { code, message: `It is ${code}.`, ...more } }, { status: 409 });
const leased = (): Response => refusal('leased', { retryAfterMs: LEASE_MS });
/** One writer after the other, each with a lease that the last one's death lets run out. */
function lockOf() {
  let writers = 1;
  let isLeased = false;
  return {
    writer: () => `w${String(writers)}`,
    epoch: () => `e${String(writers)}`,
    runOut: () => {
      isLeased = false;
    },
    take(writer: string | undefined): Response {
      if (writer !== undefined && writer !== `w${String(writers)}`) return refusal('fenced');
      if (writer === undefined && isLeased) return leased();
      writers += 1;
      isLeased = true;
      return Response.json({ epoch: `e${String(writers)}`, writer: `w${String(writers)}`, sequence: 2 });
    },
  };
}

const unanswered = (): Response => {
  throw new TypeError('fetch failed');
};
const failing = (code: string, status: number) => (): Response =>
  Response.json({ error: { code, message: `It is ${code}.` } }, { status });

test.each([
  ['by a checkpoint', 'lost', checkpoint, unanswered],
  ['by its id', 'lost', { jobId: 'job-1' }, unanswered],
  ['by its id', '500', { jobId: 'job-1' }, failing('internal', 500)],
  ['by its id', '503', { jobId: 'job-1' }, failing('unavailable', 503)],
])('a takeover %s whose answer was %s is made again without a token when the lease is over', async (...given) => {
  const [, , by, lose] = given;
  const lock = lockOf();
  let isLost = false;
  const { publisher, calls, pass } = createScriptedPublisher(({ name, body }) => {
    if (name === 'read') return jobAnswer(lock.epoch());
    if (name !== 'takeover') return undefined;
    const answer = lock.take(body.writer);
    if (isLost) return answer;
    isLost = true;
    return lose();
  });
  const taking = publisher.takeOver(by);
  await pass(0);
  await pass(100);
  await pass(LEASE_MS);
  expect(lock.writer()).toBe('w2');
  lock.runOut();
  await pass(1_000);
  expect((await taking).jobId).toBe('job-1');
  expect(lock.writer()).toBe('w3');
  expect(calls.findLast(({ name }) => name === 'takeover')?.body).toEqual({});
});

/** A successor that wrote “Two. ”; then the log is as it was before the takeover, or somebody else's. */
async function fencedSuccessor(epochThen: string) {
  let isBack = false;
  let isLeased = true;
  const script = createScriptedPublisher(({ name, body }) => {
    if (name === 'read') return jobAnswer(isBack ? epochThen : 'e1');
    if (name === 'takeover') {
      if (!isBack) return Response.json({ epoch: 'e2', writer: 'w2', sequence: 2 });
      return isLeased ? leased() : Response.json({ epoch: 'e3', writer: 'w3', sequence: 2 });
    }
    return name === 'events' && isBack && body.writer === 'w2' ? refusal('fenced') : undefined;
  });
  const taking = script.publisher.takeOver(checkpoint);
  await script.pass(0);
  const taken = await taking;
  void taken.write('Two. ');
  await script.pass(0);
  isBack = true;
  void taken.write('Three.').catch(() => undefined);
  await script.pass(20);
  return {
    ...script,
    taken,
    runOut: () => {
      isLeased = false;
    },
  };
}

test('a log that went back to before the takeover is taken again after the lease, and filled up', async () => {
  const { taken, calls, pass, runOut } = await fencedSuccessor('e1');
  expect(taken.signal.aborted).toBe(false);
  runOut();
  await pass(LEASE_MS + 1_000);
  expect(taken.signal.aborted).toBe(false);
  const sent = calls.filter(({ name, body }) => name === 'events' && body.writer === 'w3');
  expect(sent).toMatchObject([{ body: { from: 3, events: [{ text: 'Two. ' }, { text: 'Three.' }] } }]);
});

test('a former worker that lives in such a log keeps the job', async () => {
  const { taken, pass } = await fencedSuccessor('e1');
  await pass(LEASE_MS + 1_000);
  expect(taken.signal.reason).toMatchObject({ code: 'fenced', refusal: { code: 'leased' } });
});

test('a worker that was taken over asks for nothing more', async () => {
  const { taken, calls, pass } = await fencedSuccessor('e9');
  expect(taken.signal.reason).toMatchObject({ code: 'fenced' });
  await pass(LEASE_MS + 1_000);
  expect(calls.filter(({ name }) => name === 'takeover')).toHaveLength(1);
});
