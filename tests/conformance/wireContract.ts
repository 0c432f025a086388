import { expect, test } from 'vitest';
import { createBed, expectFits } from './wireContractBed.ts';
import { commandCases } from './wireContractCommands.ts';
import { eventCases } from './wireContractEvents.ts';
import { handshakeCases } from './wireContractHandshake.ts';
import { noticeCases } from './wireContractNotices.ts';
import { subscribeCases } from './wireContractSubscribe.ts';
import { workerCases } from './wireContractWorkers.ts';
import type { WireHarness } from './wireHarness.ts';
import { WIRE_RULES } from './wireRules.ts';

const CASES = [...handshakeCases, ...commandCases, ...subscribeCases, ...eventCases, ...noticeCases, ...workerCases];

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
