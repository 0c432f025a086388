import { expect } from 'vitest';
import { can, chunk, failure, progress, wireCase, wireCaseWith, worker, type WireCase } from './wireContractBed.ts';

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
  ['auth:refresh', 'no token', {}],
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
  wireCase('WIRE-CMD-06', 'a message of more than 64 KB is not carried out', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    let answer: { ok: boolean } | undefined;
    client.socket.emit('job:cancel', { jobId: 'job-1', padding: 'x'.repeat(70_000) }, (given: { ok: boolean }) => {
      answer = given;
    });
    await bed.until(() => answer !== undefined || client.disconnectReason !== undefined, 'an answer, or the end');
    expect(answer?.ok ?? false).toBe(false);
    expect((await bed.read('job-1')).cancelRequested).toBe(false);
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

  wireCase('WIRE-UNS-01', 'after job:unsubscribe no event of the job comes', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    await client.ok('job:subscribe', { jobId: 'job-1' });
    expect(await client.ok('job:unsubscribe', { jobId: 'job-1' })).toEqual({ ok: true });
    await bed.append('job-1', chunk('unheard'), { type: 'job:completed' });
    await bed.harness.advance(100);
    expect(client.events()).toEqual([]);
  }),
  wireCase('WIRE-UNS-01', 'the other subscriptions of the connection go on', async (bed) => {
    await bed.create();
    await bed.create({ jobId: 'job-2' });
    const client = await bed.connect();
    await client.ok('job:subscribe', { jobId: 'job-1' });
    await client.ok('job:subscribe', { jobId: 'job-2' });
    await client.ok('job:unsubscribe', { jobId: 'job-1' });
    await bed.append('job-2', { type: 'job:started' });
    await bed.until(() => client.events('job-2').length === 1, 'the event');
  }),
  wireCase('WIRE-UNS-02', 'unsubscribing from what was never subscribed is ok, also twice', async (bed) => {
    const client = await bed.connect();
    expect(await client.ok('job:unsubscribe', { jobId: 'no-such-job' })).toEqual({ ok: true });
    expect(await client.ok('job:unsubscribe', { jobId: 'no-such-job' })).toEqual({ ok: true });
  }),

  wireCase('WIRE-CAN-01', 'cancelling a running job is requested', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    expect(await client.ok('job:cancel', { jobId: 'job-1' })).toEqual({ ok: true, state: 'requested' });
    expect((await bed.read('job-1')).status).toBe('queued');
  }),
  wireCase('WIRE-CAN-02', 'cancelling again is already_requested, from any connection', async (bed) => {
    await bed.create();
    await (await bed.connect()).ok('job:cancel', { jobId: 'job-1' });
    expect(await (await bed.connect()).ok('job:cancel', { jobId: 'job-1' })).toMatchObject({
      state: 'already_requested',
    });
  }),
  wireCase('WIRE-CAN-03', 'cancelling a finished job is already_finished', async (bed) => {
    await bed.create();
    await bed.append('job-1', { type: 'job:completed' });
    expect(await (await bed.connect()).ok('job:cancel', { jobId: 'job-1' })).toMatchObject({
      state: 'already_finished',
    });
  }),
  wireCase(
    'WIRE-CAN-04',
    'the worker hears of it on its control stream, with the reason, and in its next answer',
    async (bed) => {
      const { writer } = await bed.create();
      const heard: unknown[] = [];
      await bed.harness.workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
      await (await bed.connect()).ok('job:cancel', { jobId: 'job-1', reason: 'too slow' });
      await bed.until(() => heard.length > 0, 'the control message');
      expect(heard).toEqual([{ event: 'cancel', data: { jobId: 'job-1', reason: 'too slow' } }]);
      expect(await bed.append('job-1', chunk('last words'))).toMatchObject({ cancelRequested: true });
      expect(await bed.harness.workers.heartbeat({ caller: worker, jobId: 'job-1', body: { writer } })).toMatchObject({
        body: { cancelRequested: true },
      });
    },
  ),

  wireCase('WIRE-RES-01', 'resuming a paused job is requested, and told to workers', async (bed) => {
    await bed.create();
    await bed.append('job-1', { type: 'job:paused' });
    const heard: unknown[] = [];
    await bed.harness.workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
    expect(await (await bed.connect()).ok('job:resume', { jobId: 'job-1' })).toEqual({ ok: true, state: 'requested' });
    await bed.until(() => heard.length > 0, 'the control message');
    expect(heard).toEqual([{ event: 'resume', data: { jobId: 'job-1' } }]);
  }),
  wireCase('WIRE-RES-02', 'resuming a job that failed retryably is requested', async (bed) => {
    await bed.create();
    await bed.append('job-1', failure(true));
    expect(await (await bed.connect()).ok('job:resume', { jobId: 'job-1' })).toMatchObject({ state: 'requested' });
  }),
  wireCase('WIRE-RES-03', 'a job that runs, or has ended for good, is not_resumable', async (bed) => {
    const client = await bed.connect();
    await bed.create();
    expect(await client.ok('job:resume', { jobId: 'job-1' })).toMatchObject({ state: 'not_resumable' });
    await bed.append('job-1', failure(false));
    expect(await client.ok('job:resume', { jobId: 'job-1' })).toMatchObject({ state: 'not_resumable' });
  }),

  wireCase(
    'WIRE-WAT-01',
    'jobs:watch lists the owner’s active jobs and nobody else’s, with the server’s time',
    async (bed) => {
      await bed.create();
      await bed.create({ jobId: 'job-2', title: 'Another', kind: 'demo' });
      await bed.create({ jobId: 'bobs', ownerId: 'bob' });
      const answer = await (await bed.connect()).ok('jobs:watch', {});
      expect(answer.jobs.map((job) => job.jobId).toSorted()).toEqual(['job-1', 'job-2']);
      expect(answer.jobs.find((job) => job.jobId === 'job-2')).toMatchObject({
        title: 'Another',
        kind: 'demo',
        status: 'queued',
        progress: null,
      });
      expect(Math.abs(answer.serverTime - bed.harness.now())).toBeLessThan(2_000);
    },
  ),
  wireCase('WIRE-WAT-01', 'a summary tells no text', async (bed) => {
    await bed.create();
    await bed.append('job-1', chunk('long text'));
    const { jobs } = await (await bed.connect()).ok('jobs:watch', {});
    expect(Object.keys(jobs[0] ?? {})).not.toContain('channels');
  }),
  wireCase('WIRE-WAT-02', 'of the finished jobs the 20 most recent are listed', async (bed) => {
    for (let count = 0; count < 23; count += 1) {
      await bed.create({ jobId: `job-${String(count)}` });
      await bed.append(`job-${String(count)}`, { type: 'job:completed' });
      await bed.harness.advance(5);
    }
    await bed.create({ jobId: 'active' });
    const { jobs } = await (await bed.connect()).ok('jobs:watch', {});
    const ids = jobs.map((job) => job.jobId);
    expect(ids).toHaveLength(21);
    expect(ids).toContain('active');
    for (const old of ['job-0', 'job-1', 'job-2']) expect(ids).not.toContain(old);
  }),
  wireCase('WIRE-WAT-03', 'a job that is created is told to those who watch', async (bed) => {
    const client = await bed.connect();
    await client.ok('jobs:watch', {});
    await bed.create();
    await bed.until(() => client.of('jobs:changed').length > 0, 'jobs:changed');
    expect(client.of('jobs:changed')[0]?.job).toMatchObject({ jobId: 'job-1', status: 'queued', title: 'A job' });
  }),
  wireCase('WIRE-WAT-04', 'each change of status is told, and progress is not', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    await client.ok('jobs:watch', {});
    await bed.append('job-1', { type: 'job:started' });
    await bed.append('job-1', progress(30));
    await bed.append('job-1', chunk('text'));
    await bed.append('job-1', { type: 'job:paused' });
    await bed.append('job-1', { type: 'job:resumed' });
    await bed.append('job-1', { type: 'job:completed' });
    await bed.until(() => client.of('jobs:changed').length >= 4, 'four changes');
    expect(client.of('jobs:changed').map(({ job }) => job.status)).toEqual([
      'running',
      'paused',
      'running',
      'completed',
    ]);
  }),
  wireCase('WIRE-WAT-05', 'connections that do not watch, and other users, are told nothing', async (bed) => {
    const watching = await bed.connect('ann');
    const other = await bed.connect('ann');
    const bob = await bed.connect('bob');
    await watching.ok('jobs:watch', {});
    await bob.ok('jobs:watch', {});
    await bed.create();
    await bed.until(() => watching.of('jobs:changed').length > 0, 'jobs:changed');
    await bed.harness.advance(50);
    expect(other.heard).toEqual([]);
    expect(bob.of('jobs:changed')).toEqual([]);
  }),

  wireCase('WIRE-AUTH-01', 'auth:refresh answers when the new token ends, null for never', async (bed) => {
    const { harness } = bed;
    const client = await bed.connect();
    const expiresAt = harness.now() + 3_600_000;
    expect(await client.ok('auth:refresh', { token: harness.tokenOf('ann', expiresAt) })).toEqual({
      ok: true,
      expiresAt,
    });
    expect(await client.ok('auth:refresh', { token: harness.tokenOf('ann') })).toEqual({ ok: true, expiresAt: null });
  }),
  wireCase(
    'WIRE-AUTH-02',
    'a token of another user is unauthorized, and the connection stays its owner’s',
    async (bed) => {
      await bed.create();
      const client = await bed.connect('ann');
      expect((await client.refused('auth:refresh', { token: bed.harness.tokenOf('bob') })).code).toBe('unauthorized');
      await client.ok('job:subscribe', { jobId: 'job-1' });
    },
  ),
  wireCase('WIRE-AUTH-02', 'a bad token is unauthorized', async (bed) => {
    const client = await bed.connect();
    expect((await client.refused('auth:refresh', { token: bed.harness.badToken })).code).toBe('unauthorized');
  }),
  wireCase('WIRE-AUTH-03', 'a token that has ended is token_expired', async (bed) => {
    const { harness } = bed;
    const client = await bed.connect();
    const token = harness.tokenOf('ann', harness.now() - 1_000);
    expect((await client.refused('auth:refresh', { token })).code).toBe('token_expired');
  }),
  wireCase('WIRE-AUTH-04', 'auth:expiring comes ahead of the end', async (bed) => {
    const { harness } = bed;
    const expiresAt = harness.now() + harness.timings.expiryNoticeMs + 1_000;
    const client = bed.open(harness.tokenOf('ann', expiresAt));
    await bed.until(() => client.socket.connected, 'the connection');
    await harness.advance(500);
    expect(client.of('auth:expiring')).toEqual([]);
    await bed.until(() => client.of('auth:expiring').length > 0, 'auth:expiring');
    expect(client.of('auth:expiring')).toEqual([{ expiresAt }]);
  }),
  wireCase('WIRE-AUTH-05', 'auth:expired comes at the end, and then the server disconnects', async (bed) => {
    const { harness } = bed;
    const client = bed.open(harness.tokenOf('ann', harness.now() + 2_000));
    await bed.until(() => client.socket.connected, 'the connection');
    await bed.until(() => client.disconnectReason !== undefined, 'the end', 3_000);
    expect(client.of('auth:expired')).toEqual([{}]);
    expect(client.disconnectReason).toBe('io server disconnect');
  }),
  wireCase('WIRE-AUTH-06', 'a refresh keeps the connection beyond the end of the former token', async (bed) => {
    const { harness } = bed;
    const client = bed.open(harness.tokenOf('ann', harness.now() + 2_000));
    await bed.until(() => client.socket.connected, 'the connection');
    await client.ok('auth:refresh', { token: harness.tokenOf('ann', harness.now() + 600_000) });
    await harness.advance(3_000);
    expect(client.of('auth:expired')).toEqual([]);
    expect(client.socket.connected).toBe(true);
  }),
];
