import { afterEach, test } from 'vitest';
import { appendCases } from './jobLogContractAppend.ts';
import { createCases } from './jobLogContractCreate.ts';
import { leaseCases } from './jobLogContractLeases.ts';
import { listCases } from './jobLogContractLists.ts';
import { lossCases } from './jobLogContractLosses.ts';
import { pushCases } from './jobLogContractPushes.ts';
import { readCases } from './jobLogContractRead.ts';
import { requestCases } from './jobLogContractRequests.ts';
import { silenceCases } from './jobLogContractSilence.ts';
import type { JobLogHarness } from './jobLogHarness.ts';

export { CONTRACT_SETTINGS, type JobLogHarness } from './jobLogHarness.ts';

const CASES = [
  ...createCases,
  ...appendCases,
  ...readCases,
  ...leaseCases,
  ...silenceCases,
  ...requestCases,
  ...listCases,
  ...pushCases,
  ...lossCases,
];

/**
 * The rules of the `JobLog` port. Every implementation runs it; a test's name begins with the id of the rule it proves.
 */
export function jobLogContract(name: string, createLog: () => Promise<JobLogHarness>): void {
  let open: JobLogHarness[] = [];

  afterEach(async () => {
    const all = open;
    open = [];
    for (const harness of all) await harness.close();
  });

  for (const { id, fact, prove } of CASES) {
    test(`${id} ${name}: ${fact}`, async () => {
      const harness = await createLog();
      open.push(harness);
      await prove(harness);
    });
  }
}
