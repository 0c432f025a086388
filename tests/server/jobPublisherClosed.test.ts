import { expect, test } from 'vitest';
import { jobAnswer } from './publisherBed.ts';
import { createScriptedPublisher, type WorkerCall } from './scriptedPublisher.ts';

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
