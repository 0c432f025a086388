import { LIMITS } from '@regen/realtime-shared';
import { expect } from 'vitest';
import { openStream } from './wireCalls.ts';
import { can, chunk, errorOf, progress, range, wireCase, wireCaseWith, type WireCase } from './wireContractBed.ts';

const INVALID: readonly (readonly [name: string, what: string, payload: unknown])[] = [
  ['job:subscribe', 'no payload', undefined],
  ['job:subscribe', 'a payload that is no object', 'job-1'],
  ['job:subscribe', 'no jobId', {}],
  ['job:subscribe', 'a jobId that none can be', { jobId: '../etc' }],
  ['job:subscribe', 'a position without an epoch', { jobId: 'job-1', after: { sequence: 1 } }],
  ['job:subscribe', 'a position before the beginning', { jobId: 'job-1', after: { epoch: 'e', sequence: -1 } }],
  ['job:subscribe', 'a position between two events', { jobId: 'job-1', after: { epoch: 'e', sequence: 1.5 } }],
  ['job:subscribe', 'an empty epoch', { jobId: 'job-1', after: { epoch: '', sequence: 1 } }],
  ['job:subscribe', 'null for a position', { jobId: 'job-1', after: null }],
  ['job:unsubscribe', 'a number for a jobId', { jobId: 7 }],
  ['job:cancel', 'a reason that is no text', { jobId: 'job-1', reason: { why: 1 } }],
  ['job:cancel', 'a reason beyond its limit', { jobId: 'job-1', reason: 'x'.repeat(4_001) }],
  ['job:resume', 'a jobId beyond its length', { jobId: 'j'.repeat(129) }],
  ['jobs:watch', 'a payload that is no object', 1],
  ['job:cancel', 'a prototype’s keys', JSON.parse('{"__proto__":{"jobId":"job-1"},"constructor":{}}')],
  ['auth:refresh', 'no token', {}],
  ['auth:refresh', 'a token beyond its limit', { token: 'x'.repeat(LIMITS.tokenLength + 1) }],
  ['auth:refresh', 'an empty token', { token: '' }],
];

export const commandCases: readonly WireCase[] = [
  wireCase('WIRE-CMD-01', 'an ok ack says ok, an error has code and message', async (bed) => {
    const client = await bed.connect();
    expect(await client.command('job:unsubscribe', { jobId: 'job-1' })).toEqual({ ok: true });
    expect(await client.command('job:resume', { jobId: 'job-1' })).toEqual({
      ok: false,
      error: { code: 'not_found', message: expect.any(String) as string },
    });
  }),
  ...INVALID.map(([name, what, payload]) =>
    wireCase('WIRE-CMD-02', `${name} with ${what} is invalid_payload`, async (bed) => {
      await bed.create();
      const client = await bed.connect();
      const error = await client.refused(name, payload);
      expect(error.code).toBe('invalid_payload');
      expect(error.message).toContain(name);
    }),
  ),
  ...(['job:subscribe', 'job:cancel', 'job:resume'] as const).map((name) =>
    wireCase('WIRE-CMD-03', `${name}: an unknown job and another owner’s are one and the same answer`, async (bed) => {
      await bed.create({ ownerId: 'bob' });
      const client = await bed.connect('ann');
      const foreign = await client.refused(name, { jobId: 'job-1' });
      expect(foreign.code).toBe('not_found');
      expect(await client.refused(name, { jobId: 'no-such-job' })).toEqual(foreign);
      expect((await bed.read('job-1')).cancelRequested).toBe(false);
    }),
  ),
  wireCase('WIRE-CMD-03', 'a foreign job sends nothing to whoever tried to follow it', async (bed) => {
    await bed.create({ ownerId: 'bob' });
    const client = await bed.connect('ann');
    await client.refused('job:subscribe', { jobId: 'job-1' });
    await bed.append('job-1', chunk('secret'));
    await bed.harness.advance(100);
    expect(client.events()).toEqual([]);
  }),
  wireCase(
    'WIRE-CMD-03',
    'a position opens no foreign job, also where the server has its events at hand',
    async (bed) => {
      const { epoch } = await bed.create({ ownerId: 'bob' });
      await bed.append('job-1', chunk('secret'));
      const stranger = await bed.connect('ann');
      const answer = await stranger.refused('job:subscribe', { jobId: 'no-such-job' });
      const knock = async (last: number): Promise<void> => {
        const places = [
          ...range(0, last + 1).map((sequence) => ({ epoch, sequence })),
          { epoch: 'other', sequence: 1 },
        ];
        for (const after of places) {
          expect(await stranger.refused('job:subscribe', { jobId: 'job-1', after })).toEqual(answer);
          const stream = await openStream(bed, { after: `${after.epoch}:${String(after.sequence)}` });
          expect(errorOf(stream.answer)).toMatchObject({ status: 404, code: 'not_found' });
        }
      };
      await knock(2);
      const owner = await bed.connect('bob');
      await owner.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 0 } });
      await bed.append('job-1', chunk(' and more'), progress(50));
      await bed.until(() => owner.of('job:progress').length === 1, 'the owner’s events');
      await knock(4);
      await bed.append('job-1', chunk('!'));
      await bed.harness.advance(100);
      expect(stranger.events()).toEqual([]);
    },
  ),
  wireCase(
    'WIRE-CMD-04',
    'commands beyond the limit are rate_limited, with the limit named and when to try again',
    async (bed) => {
      const { commandsPerSecond } = bed.harness.limits;
      const client = await bed.connect();
      const answers: unknown[] = [];
      for (let count = 0; count < commandsPerSecond + 20; count += 1) {
        client.socket.emit('job:unsubscribe', { jobId: 'job-1' }, (answer: unknown) => answers.push(answer));
      }
      await bed.until(() => answers.length === commandsPerSecond + 20, 'all acks');
      const refused = answers.filter((answer) => !(answer as { ok: boolean }).ok);
      expect(refused.length).toBeGreaterThan(0);
      const [first] = refused as { error: { code: string; message: string; retryAfterMs: number } }[];
      expect(first?.error.code).toBe('rate_limited');
      expect(first?.error.message).toContain(String(commandsPerSecond));
      expect(first?.error.retryAfterMs).toBeGreaterThan(0);
      await bed.harness.advance(1_000);
      await client.ok('job:unsubscribe', { jobId: 'job-1' });
    },
  ),
  wireCase('WIRE-CMD-04', 'each connection has a limit of its own', async (bed) => {
    const { commandsPerSecond } = bed.harness.limits;
    const greedy = await bed.connect();
    for (let count = 0; count < commandsPerSecond + 20; count += 1) {
      greedy.socket.emit('job:unsubscribe', { jobId: 'job-1' }, () => undefined);
    }
    await bed.harness.settle();
    await (await bed.connect()).ok('job:unsubscribe', { jobId: 'job-1' });
  }),
  wireCase(
    'WIRE-CMD-05',
    'one subscription more than a connection may have is too_many_subscriptions, with the limit named',
    async (bed) => {
      const { subscriptionsPerConnection, commandsPerSecond } = bed.harness.limits;
      const client = await bed.connect();
      for (let count = 0; count < subscriptionsPerConnection; count += 1) {
        await bed.create({ jobId: `job-${String(count)}` });
        if (count % (commandsPerSecond - 10) === 0) await bed.harness.advance(1_000);
        await client.ok('job:subscribe', { jobId: `job-${String(count)}` });
      }
      await bed.create({ jobId: 'one-more' });
      await bed.harness.advance(1_000);
      const error = await client.refused('job:subscribe', { jobId: 'one-more' });
      expect(error.code).toBe('too_many_subscriptions');
      expect(error.message).toContain(String(subscriptionsPerConnection));
      await client.ok('job:subscribe', { jobId: 'job-0' });
      await client.ok('job:unsubscribe', { jobId: 'job-0' });
      await client.ok('job:subscribe', { jobId: 'one-more' });
    },
  ),
  wireCase('WIRE-CMD-06', 'a message as large as the limit is carried out', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    const length = bed.harness.limits.messageBytes - JSON.stringify([{ jobId: 'job-1', padding: '' }]).length;
    expect(await client.send('job:cancel', { jobId: 'job-1', padding: 'x'.repeat(length) })).toMatchObject({
      ok: true,
    });
  }),
  ...(
    [
      ['in code units', (bytes: number) => 'x'.repeat(bytes)],
      ['in bytes alone', (bytes: number) => '\u{1f600}'.repeat(bytes / 4)],
    ] as const
  ).map(([how, padding]) =>
    wireCase('WIRE-CMD-06', `a message that is too large ${how} is refused with the limit named`, async (bed) => {
      const { messageBytes } = bed.harness.limits;
      await bed.create();
      const client = await bed.connect();
      const error = await client.refused('job:cancel', { jobId: 'job-1', padding: padding(messageBytes) });
      expect(error.code).toBe('invalid_payload');
      expect(error.message).toContain(`${String(messageBytes)} bytes`);
      expect((await bed.read('job-1')).cancelRequested).toBe(false);
      await client.ok('job:unsubscribe', { jobId: 'job-1' });
    }),
  ),
  wireCase('WIRE-CMD-06', 'extra arguments count', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    const answer = await client.send('job:cancel', { jobId: 'job-1' }, 'x'.repeat(bed.harness.limits.messageBytes));
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_payload' } });
  }),
  wireCase('WIRE-CMD-06', 'what is far beyond it ends the connection, and no other', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    const other = await bed.connect();
    client.socket.emit('job:cancel', { jobId: 'job-1', padding: 'x'.repeat(2 * LIMITS.bodyBytes) });
    await bed.until(() => client.disconnectReason !== undefined, 'the end');
    expect((await bed.read('job-1')).cancelRequested).toBe(false);
    await other.ok('job:unsubscribe', { jobId: 'job-1' });
  }),
  wireCase('WIRE-CMD-11', 'a message that is too deep is refused with the limit named', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    const deep: unknown = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`);
    const error = await client.refused('job:cancel', { jobId: 'job-1', deep });
    expect(error.code).toBe('invalid_payload');
    expect(error.message).toContain(`${String(LIMITS.jsonDepth)} levels`);
    expect((await bed.read('job-1')).cancelRequested).toBe(false);
    await client.ok('job:unsubscribe', { jobId: 'job-1' });
  }),
  wireCase('WIRE-CMD-07', 'job:cancel without an ack is carried out', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    client.socket.emit('job:cancel', { jobId: 'job-1' });
    await bed.harness.advance(50);
    expect((await bed.read('job-1')).cancelRequested).toBe(true);
  }),
  wireCase('WIRE-CMD-07', 'job:subscribe without an ack is followed by events', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    client.socket.emit('job:subscribe', { jobId: 'job-1' });
    await bed.harness.advance(50);
    await bed.append('job-1', { type: 'job:started' });
    await bed.until(() => client.of('job:started').length === 1, 'the event');
  }),
  wireCase('WIRE-CMD-07', 'an invalid command without an ack leaves the connection as it is', async (bed) => {
    const client = await bed.connect();
    client.socket.emit('job:subscribe', { jobId: 5 });
    client.socket.emit('job:cancel');
    await bed.harness.advance(50);
    await client.ok('job:unsubscribe', { jobId: 'job-1' });
  }),
  wireCase('WIRE-CMD-08', 'extra arguments before the ack are ignored', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    const answer = await client.send('job:subscribe', { jobId: 'job-1' }, 'extra', { more: true });
    expect(answer).toMatchObject({ ok: true, outcome: 'snapshot' });
  }),
  wireCase('WIRE-CMD-09', 'an unknown event is ignored', async (bed) => {
    const client = await bed.connect();
    client.socket.emit('job:dance', { jobId: 'job-1' }, () => undefined);
    client.socket.emit('__proto__', {});
    client.socket.emit('toString');
    await bed.harness.advance(50);
    expect(client.disconnectReason).toBeUndefined();
    await client.ok('job:unsubscribe', { jobId: 'job-1' });
  }),
  wireCase('WIRE-CMD-09', 'unknown fields of a command are ignored', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    const answer = await client.send('job:subscribe', { jobId: 'job-1', since: 'yesterday' });
    expect(answer).toMatchObject({ ok: true, outcome: 'snapshot' });
  }),
  wireCaseWith(
    ['degrade'],
    'WIRE-CMD-10',
    'while the store is out of reach commands are unavailable, then work again',
    async (bed) => {
      await bed.create();
      const client = await bed.connect();
      await can(bed, 'degrade')(true);
      for (const name of ['job:subscribe', 'job:cancel', 'job:resume']) {
        expect((await client.refused(name, { jobId: 'job-1' })).code, name).toBe('unavailable');
      }
      expect((await client.refused('jobs:watch', {})).code).toBe('unavailable');
      await can(bed, 'degrade')(false);
      await client.ok('job:subscribe', { jobId: 'job-1' });
    },
  ),
];
