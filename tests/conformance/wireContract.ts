import { expect, test } from 'vitest';
import { createBed, expectFits } from './wireContractBed.ts';
import { appendCases } from './wireContractAppend.ts';
import { authCases } from './wireContractAuth.ts';
import { commandCases } from './wireContractCommands.ts';
import { controlCases } from './wireContractControl.ts';
import { createCases } from './wireContractCreate.ts';
import { deliveryCases } from './wireContractDelivery.ts';
import { eventCases } from './wireContractEvents.ts';
import { foldCases } from './wireContractFold.ts';
import { handshakeCases } from './wireContractHandshake.ts';
import { holdingCases } from './wireContractHolding.ts';
import { leaseCases } from './wireContractLeases.ts';
import { lossCases } from './wireContractLosses.ts';
import { noticeCases } from './wireContractNotices.ts';
import { readCases } from './wireContractReads.ts';
import { replayCases } from './wireContractReplay.ts';
import { requestCases } from './wireContractRequests.ts';
import { streamCases } from './wireContractStreams.ts';
import { subscribeCases } from './wireContractSubscribe.ts';
import { watchCases } from './wireContractWatch.ts';
import type { WireHarness } from './wireHarness.ts';
import { WIRE_RULES } from './wireRules.ts';

const CASES = [
  ...handshakeCases,
  ...commandCases,
  ...subscribeCases,
  ...replayCases,
  ...holdingCases,
  ...requestCases,
  ...watchCases,
  ...authCases,
  ...eventCases,
  ...deliveryCases,
  ...foldCases,
  ...noticeCases,
  ...lossCases,
  ...createCases,
  ...appendCases,
  ...leaseCases,
  ...controlCases,
  ...readCases,
  ...streamCases,
];

/**
 * The wire contract, case by case, on any server that speaks it; a test's name begins with the id of its rule. `setUp`
 * makes a server of its own for each case. Cases that need what the server cannot be made to do are skipped, and say why.
 */
export function wireContract(name: string, setUp: () => Promise<WireHarness>): void {
  for (const each of CASES) {
    test(`${each.id} ${name}: ${each.fact}`, async ({ skip }) => {
      const harness = await setUp();
      try {
        for (const need of each.needs) {
          skip(harness.can[need] === undefined, `${name} cannot be made to ${need}`);
        }
        const bed = createBed(harness);
        await each.prove(bed);
        await harness.settle();
        expectFits(bed);
      } finally {
        await harness.close();
      }
    });
  }

  test(`${name}: every rule of the protocol has a case, and every case a rule`, () => {
    const proved = new Set(CASES.map(({ id }) => id));
    expect(WIRE_RULES.filter(({ id }) => !proved.has(id))).toEqual([]);
    const known = new Set(WIRE_RULES.map(({ id }) => id));
    expect([...proved].filter((id) => !known.has(id))).toEqual([]);
  });
}
