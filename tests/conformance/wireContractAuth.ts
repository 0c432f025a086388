import { expect } from 'vitest';
import { can, wireCase, wireCaseWith, type WireCase } from './wireContractBed.ts';

export const authCases: readonly WireCase[] = [
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
  wireCase('WIRE-AUTH-04', 'where the token is about to end it comes once, on the open connection', async (bed) => {
    const { harness } = bed;
    const expiresAt = harness.now() + harness.timings.expiryNoticeMs / 2;
    const client = bed.open(harness.tokenOf('ann', expiresAt));
    await bed.until(() => client.of('auth:expiring').length > 0, 'auth:expiring');
    expect(client.socket.connected).toBe(true);
    await bed.until(() => client.disconnectReason !== undefined, 'the end', harness.timings.expiryNoticeMs);
    expect(client.heard.map(({ name }) => name)).toEqual(['auth:expiring', 'auth:expired']);
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
  wireCaseWith(
    ['slowTokenOf'],
    'WIRE-AUTH-07',
    'of two refreshes the one sent last decides, however long the check of the first takes',
    async (bed) => {
      const { harness } = bed;
      const client = await bed.connect();
      const late = await can(bed, 'slowTokenOf')('ann', harness.now() + 3_600_000);
      const answers: unknown[] = [];
      for (const token of [late, harness.tokenOf('ann', harness.now() + 3_000)]) {
        client.socket.emit('auth:refresh', { token }, (answer: unknown) => answers.push(answer));
      }
      await bed.until(() => answers.length === 2, 'both answers');
      await bed.until(() => client.disconnectReason !== undefined, 'the end', 5_000);
      expect(client.of('auth:expired')).toEqual([{}]);
    },
  ),
];
