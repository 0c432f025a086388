import { expect } from 'vitest';
import { can, wireCase, wireCaseWith, type Bed, type WireCase } from './wireContractBed.ts';
import type { WireClient } from './wireClient.ts';

async function refusalOf(bed: Bed, client: WireClient) {
  await bed.until(() => client.refusal !== undefined, 'the refusal');
  expect(client.socket.connected).toBe(false);
  return client.refusal;
}

export const handshakeCases: readonly WireCase[] = [
  wireCase('WIRE-HS-01', 'a token in auth opens a connection on the main namespace', async (bed) => {
    const client = await bed.connect();
    expect(client.socket.connected).toBe(true);
    expect(client.heard).toEqual([]);
  }),
  wireCase('WIRE-HS-02', 'a bad token is refused as unauthorized, and trying again cannot help', async (bed) => {
    const refusal = await refusalOf(bed, bed.open(bed.harness.badToken));
    expect(refusal).toMatchObject({ code: 'unauthorized', retryable: false });
    expect(refusal?.message).not.toBe('');
  }),
  wireCase('WIRE-HS-03', 'an expired token is refused as token_expired, and trying again cannot help', async (bed) => {
    const { harness } = bed;
    const refusal = await refusalOf(bed, bed.open(harness.tokenOf('ann', harness.now() - 1_000)));
    expect(refusal).toMatchObject({ code: 'token_expired', retryable: false });
  }),
  wireCase('WIRE-HS-04', 'one connection more than a user may have is refused, with the limit named', async (bed) => {
    const { connectionsPerUser } = bed.harness.limits;
    for (let count = 0; count < connectionsPerUser; count += 1) await bed.connect();
    const refusal = await refusalOf(bed, bed.open());
    expect(refusal).toMatchObject({ code: 'too_many_connections', retryable: true });
    expect(refusal?.message).toContain(String(connectionsPerUser));
  }),
  wireCase('WIRE-HS-04', 'the limit is each user’s own, and a connection that ends makes room', async (bed) => {
    const { connectionsPerUser } = bed.harness.limits;
    for (let count = 0; count < connectionsPerUser; count += 1) await bed.connect();
    await bed.connect('bob');
    bed.clients[0]?.socket.disconnect();
    await bed.harness.advance(50);
    await bed.connect();
  }),
  wireCaseWith(
    ['drain'],
    'WIRE-HS-05',
    'a server that is about to stop refuses as unavailable, to be tried again',
    async (bed) => {
      await can(bed, 'drain')(1_000);
      expect(await refusalOf(bed, bed.open())).toMatchObject({ code: 'unavailable', retryable: true });
    },
  ),
  wireCaseWith(['request'], 'WIRE-HS-06', 'a foreign Origin is 403', async (bed) => {
    const path = '/socket.io/?EIO=4&transport=polling';
    expect(await can(bed, 'request')(path, { headers: { origin: 'https://elsewhere.example' } })).toBe(403);
  }),
  wireCaseWith(['request'], 'WIRE-HS-06', 'a null Origin is 403', async (bed) => {
    const path = '/socket.io/?EIO=4&transport=polling';
    expect(await can(bed, 'request')(path, { headers: { origin: 'null' } })).toBe(403);
  }),
  wireCase('WIRE-HS-06', 'an absent Origin is allowed', async (bed) => {
    expect((await bed.connect()).socket.connected).toBe(true);
  }),
];
