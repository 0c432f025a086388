/**
 * Saves records one after the other, as fast as it can, and says each number once it is saved: `saveProcess.ts <folder>`.
 * Each takes the place of the one before: twice under the same key, then under the other one, as a claim does.
 */
import { createSessionFiles } from '../../apps/desktop/src/services/sessionFiles.ts';
import { recordOf } from './savedRecords.ts';

const store = createSessionFiles(process.argv[2] ?? '');
const last = store.keys().map((key) => Number(store.get(key)?.split(' ')[0]));

for (let number = Math.max(0, ...last) + 1; ; number += 1) {
  for (const key of store.keys()) store.remove(key);
  store.set(number % 4 < 2 ? 'one' : 'other', recordOf(number));
  await Promise.resolve();
  process.stdout.write(`saved ${String(number)}\n`);
}
