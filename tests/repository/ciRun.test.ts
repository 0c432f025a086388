import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'regen-ci-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  says: string;
  code: number;
}
const NOTHING: Answer = { says: '0 passed, 0 failed', code: 0 };

/** Runs .ci/run with an `npm` that says and returns what the test gives: for `test`, `test:full` and `test:e2e`. */
function run(first: Answer, second: Answer, third = NOTHING) {
  const npm = join(folder, 'npm');
  writeFileSync(
    npm,
    [
      '#!/bin/sh',
      `if [ "$1" = test ]; then echo "${first.says}"; exit ${first.code}; fi`,
      `if [ "$2" = test:e2e ]; then echo "${third.says}"; exit ${third.code}; fi`,
      `echo "${second.says}"; exit ${second.code}`,
    ].join('\n'),
  );
  chmodSync(npm, 0o755);
  const { status, stdout } = spawnSync('bash', ['.ci/run'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: [folder, process.env['PATH']].join(delimiter) },
  });
  const lines = stdout.trim().split('\n');
  return { status, last: lines.at(-1), lines };
}

test('the last line adds up all commands', () => {
  const { status, last } = run(
    { says: '10 passed, 0 failed', code: 0 },
    { says: '5 passed, 0 failed, 2 skipped', code: 0 },
    { says: '3 passed, 0 failed', code: 0 },
  );
  expect({ status, last }).toEqual({ status: 0, last: '18 passed, 0 failed, 2 skipped' });
});

test('a failure of the first command fails the run, and the second still runs', () => {
  const { status, last } = run({ says: '9 passed, 1 failed', code: 1 }, { says: '5 passed, 0 failed', code: 0 });
  expect({ status, last }).toEqual({ status: 1, last: '14 passed, 1 failed' });
});

test('a command without its closing line counts as a failure', () => {
  const { status, last } = run({ says: '10 passed, 0 failed', code: 0 }, { says: 'Killed', code: 0 });
  expect({ status, last }).toEqual({ status: 1, last: '10 passed, 1 failed' });
});

test('a bad exit code fails the run, whatever was counted', () => {
  const { status } = run({ says: '10 passed, 0 failed', code: 0 }, { says: '5 passed, 0 failed', code: 137 });
  expect(status).toBe(1);
});

test('what failed in any command stands right before the last line', () => {
  const { lines } = run(
    { says: '── failed\n✗ unit: a.test.ts: one\n    1 is not 2\n\n9 passed, 1 failed', code: 1 },
    { says: '── failed\n✗ full: b.test.ts: two\n\n4 passed, 1 failed', code: 1 },
  );
  const end = lines.slice(-6).filter((line) => line !== '');
  expect(end).toEqual(['✗ unit: a.test.ts: one', '    1 is not 2', '✗ full: b.test.ts: two', '13 passed, 2 failed']);
});
