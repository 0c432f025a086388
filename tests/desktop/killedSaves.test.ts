import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createSeededRandom } from '@regen/realtime-mocks';
import { expect, onTestFinished, test } from 'vitest';
import { createSessionFiles } from '../../apps/desktop/src/services/sessionFiles.ts';
import { SCRIPT_ARGUMENTS, startNodeProcess } from '../server/serverProcess.ts';
import { recordOf } from './savedRecords.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const KILLS = 12;

test(
  'killed at any moment of a save, it leaves the whole old record or the whole new one',
  { timeout: 120_000 },
  async () => {
    const folder = temporaryFolder();
    const random = createSeededRandom(1);
    let seen = 0;
    for (let kills = 0; kills < KILLS; kills += 1) {
      const saver = startNodeProcess(['tests/desktop/saveProcess.ts', folder]);
      onTestFinished(saver.kill);
      const [, first] = await saver.says(/saved (\d+)\n/);
      await saver.says(new RegExp(`saved ${String(Number(first) + Math.floor(random() * 8))}\n`));
      await saver.kill();
      const told = Number([...saver.said().matchAll(/saved (\d+)\n/g)].at(-1)?.[1]);
      const store = createSessionFiles(folder);
      const records = store.keys().map((key) => store.get(key) ?? '');
      const numbers = records.map((record) => Number(record.split(' ')[0]));
      expect(records.map((record, index) => record === recordOf(numbers[index] ?? 0))).not.toContain(false);
      expect(Math.max(...numbers)).toBeGreaterThanOrEqual(told);
      expect(told).toBeGreaterThan(seen);
      seen = told;
    }
  },
);

test('a disk that is full in the middle of a save leaves the whole old record, and nothing else', () => {
  const folder = temporaryFolder();
  // 65,536 bytes fit into a file: the first record, and not the second.
  const { stderr } = spawnSync(
    'bash',
    [
      '-c',
      'ulimit -f 64; exec "$@"',
      'bash',
      process.execPath,
      ...SCRIPT_ARGUMENTS,
      'tests/desktop/saveProcess.ts',
      folder,
    ],
    { encoding: 'utf8' },
  );
  expect(stderr).toContain('EFBIG');
  expect(readdirSync(folder)).toEqual(['one.record']);
  expect(createSessionFiles(folder).get('one')).toBe(recordOf(1));
});
