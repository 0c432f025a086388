import { expect, test } from 'vitest';
import { jobAnswer } from './publisherBed.ts';
import { createScriptedPublisher, createStillPublisher, type WorkerCall } from './scriptedPublisher.ts';

/** A publisher that is closed: nothing begins behind that, also not what was on its way. */

const HEARTBEAT_MS = 5_000;
const report = { ownerId: 'ann', title: 'Report' };
const taken = (): Response => Response.json({ epoch: 'e2', writer: 'w2', sequence: 2 });

/** Closed while the n-th call of a name is carried out. */
function closedAt(name: WorkerCall['name'], nth = 1) {
  let seen = 0;
  const script = createScriptedPublisher((call) => {
    if (call.name === name) {
      seen += 1;
      if (seen === nth) script.publisher.close();
    }
    if (call.name === 'takeover') return taken();
    return call.name === 'read' ? jobAnswer('e1') : undefined;
  });
  return script;
}

test('a job that was on its way as the publisher was closed is not begun', async () => {
  const { publisher, calls, pass } = closedAt('create');
  const creating = expect(publisher.create(report)).rejects.toMatchObject({ code: 'closed' });
  await pass(0);
  await creating;
  await pass(3 * HEARTBEAT_MS);
  expect(calls.map(({ name }) => name)).toEqual(['create']);
});

test.each<[WorkerCall['name'], number, string[]]>([
  ['read', 1, ['read']],
  ['takeover', 1, ['read', 'takeover']],
  ['read', 2, ['read', 'takeover', 'read']],
])('a takeover whose %s number %i was on its way is not begun', async (name, nth, made) => {
  const { publisher, calls, pass } = closedAt(name, nth);
  const taking = expect(publisher.takeOver({ jobId: 'job-1' })).rejects.toMatchObject({ code: 'closed' });
  await pass(0);
  await taking;
  await pass(3 * HEARTBEAT_MS);
  expect(calls.map((call) => call.name)).toEqual(made);
});

test('who listens behind the close is told', () => {
  const { publisher } = createScriptedPublisher(() => undefined);
  publisher.close();
  expect(() => publisher.onResume('report', () => undefined)).toThrow('The publisher was closed.');
});

/** A server that takes calls and answers none, but each create with a job. */
function createSilentServer() {
  const pending: AbortSignal[] = [];
  const still = createStillPublisher((input, init) => {
    if (String(input).endsWith('/v1/jobs')) {
      const created = { jobId: 'job-1', epoch: 'e1', writer: 'w1', sequence: 1 };
      return Promise.resolve(Response.json(created, { status: 201 }));
    }
    const { signal } = init ?? {};
    if (!signal) throw new Error('Nothing ends the call.');
    if (String(input).endsWith('/events')) pending.push(signal);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
  });
  return { ...still, pending };
}

test('a call that hangs is left as the publisher is closed, without a word and with no timer', async () => {
  const { publisher, clock, pending, errors, pass } = createSilentServer();
  const job = await publisher.create(report);
  void job.write('Text.').catch(() => undefined);
  await pass(0);
  await pass(11_000);
  await pass(1_000);
  expect(pending.map(({ aborted }) => aborted)).toEqual([true, false]);
  publisher.close();
  await pass(0);
  expect(pending.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect([errors, clock.pending()]).toEqual([[], 0]);
});

test('a large call is given the time that its way takes', async () => {
  const { publisher, pending, errors, pass } = createSilentServer();
  const job = await publisher.create(report);
  void job.complete('x'.repeat(800_000)).catch(() => undefined);
  await pass(0);
  await pass(59_000);
  expect(pending.map(({ aborted }) => aborted)).toEqual([false]);
  for (let beat = 0; beat < 20; beat += 1) await pass(10_000);
  expect(pending[0]?.aborted).toBe(true);
  expect(errors).toEqual([
    'The server at http://localhost:3000 fails (it did not answer within 60 s); trying again until it answers.',
  ]);
});
