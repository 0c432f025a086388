import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { closingLine, countVitestReport, runSuites } from '../../scripts/runSuites.mjs';
import { fullSuites, testSuites, type Suite } from '../../scripts/suites.mjs';

const folder = mkdtempSync(join(tmpdir(), 'regen-suites-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function suite(row: Partial<Suite> & { command: string[] }): Suite {
  return { name: 'planted', budgetSeconds: 20, count: 'check', ...row };
}

/** A command that leaves a report as Vitest would, then ends with the exit code. */
function reporting(report: object, exitCode: number): string[] {
  const script = `
    const path = process.argv.find((word) => word.startsWith('--outputFile.json=')).split('=')[1];
    require('node:fs').writeFileSync(path, ${JSON.stringify(JSON.stringify(report))});
    process.exit(${exitCode});`;
  return ['node', '-e', script, '--'];
}

async function run(...suites: Suite[]): Promise<string> {
  return (await runAndRead(...suites)).closing;
}

async function runAndRead(...suites: Suite[]): Promise<{ closing: string; printed: string }> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    const closing = closingLine(await runSuites(suites));
    return { closing, printed: log.mock.calls.flat().join('\n') };
  } finally {
    log.mockRestore();
  }
}

const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0, testResults: [] };

test('suites are added up', async () => {
  const passing = suite({ command: ['node', '-e', ''] });
  const counted = suite({ command: reporting(report, 0), count: 'vitest' });
  expect(await run(passing, counted)).toBe('4 passed, 0 failed, 1 skipped');
});

test('the line says nothing of skipped tests where there are none', () => {
  expect(closingLine({ passed: 2, failed: 1, skipped: 0 })).toBe('2 passed, 1 failed');
});

test('a check that exits with an error has failed, and the suites after it still run', async () => {
  expect(await run(suite({ command: ['node', '-e', 'process.exit(3)'] }), suite({ command: ['node', '-e', ''] }))).toBe(
    '1 passed, 1 failed',
  );
});

test('a command that does not exist has failed', async () => {
  expect(await run(suite({ command: ['no-such-command-anywhere'] }))).toBe('0 passed, 1 failed');
});

test('a Vitest run that leaves no report has failed', async () => {
  expect(await run(suite({ command: ['node', '-e', '', '--'], count: 'vitest' }))).toBe('0 passed, 1 failed');
});

test('a Vitest run without a test has failed', async () => {
  const empty = { ...report, numPassedTests: 0, numPendingTests: 0 };
  expect(await run(suite({ command: reporting(empty, 0), count: 'vitest' }))).toBe('0 passed, 1 failed');
});

test('a Vitest run whose tests pass but which exits with an error has failed', async () => {
  expect(await run(suite({ command: reporting(report, 1), count: 'vitest' }))).toBe('3 passed, 1 failed, 1 skipped');
});

test('a test file that breaks before its first test counts as one failure', () => {
  const path = join(folder, 'broken.json');
  const broken = {
    ...report,
    testResults: [
      { name: join(process.cwd(), 'a.test.ts'), status: 'failed', message: 'no such module', assertionResults: [] },
    ],
  };
  writeFileSync(path, JSON.stringify(broken));
  expect(countVitestReport(path, 'exit code 1')).toMatchObject({
    passed: 3,
    failed: 1,
    failures: ['a.test.ts\n    no such module'],
  });
});

test('what failed is printed once more at the end: the test with its message, a check with its exit code', async () => {
  const failing = {
    ...report,
    numFailedTests: 1,
    testResults: [
      {
        name: join(process.cwd(), 'src/rope.test.ts'),
        status: 'failed',
        assertionResults: [
          { status: 'passed', fullName: 'a rope joins' },
          {
            status: 'failed',
            fullName: 'a rope ends',
            failureMessages: ['\u001b[31mError: 1 is not 2\u001b[39m\n  at line 7'],
          },
        ],
      },
    ],
  };
  const { closing, printed } = await runAndRead(
    suite({ name: 'unit', command: reporting(failing, 1), count: 'vitest' }),
    suite({ name: 'lint', command: ['node', '-e', 'process.exit(3)'] }),
  );
  expect(closing).toBe('3 passed, 2 failed, 1 skipped');
  expect(printed.slice(printed.indexOf('── failed'))).toBe(
    '── failed\n' +
      '✗ unit: src/rope.test.ts: a rope ends\n    Error: 1 is not 2\n      at line 7\n' +
      '✗ lint: exit code 3\n',
  );
});

test('nothing is printed as failed where nothing failed', async () => {
  expect((await runAndRead(suite({ command: ['node', '-e', ''] }))).printed).not.toContain('── failed');
});

test('a Vitest run whose files ran in one of two projects alone has failed', () => {
  const path = join(folder, 'projects.json');
  const file = (name: string) => ({ name, status: 'passed', assertionResults: [{ status: 'passed' }] });
  const counted = (...names: string[]) => {
    writeFileSync(path, JSON.stringify({ ...report, testResults: names.map(file) }));
    return countVitestReport(path, undefined, 2);
  };
  expect(counted('a', 'b', 'a', 'b')).toEqual({ passed: 3, failed: 0, skipped: 1 });
  expect(counted('a', 'b', 'a')).toMatchObject({ passed: 3, failed: 1 });
  expect(counted('a', 'b')).toMatchObject({ passed: 3, failed: 1 });
});

test('a suite over its budget is ended with everything that it started', async () => {
  const pidFile = join(folder, 'pid');
  const script = `
    const child = require('node:child_process').spawn('sleep', ['600']);
    require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
    setInterval(() => {}, 1000);`;
  expect(await run(suite({ command: ['node', '-e', script], budgetSeconds: 1 }))).toBe('0 passed, 1 failed');
  const pid = Number(readFileSync(pidFile, 'utf8'));
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 5_000 });
});

function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] !== 'Z';
  } catch {
    return false;
  }
}

test('suites are told that they may not write baselines', async () => {
  const command = ['node', '-e', "process.exit(process.env.CI === 'true' ? 0 : 1)"];
  expect(await run(suite({ command }))).toBe('1 passed, 0 failed');
});

test('suites have names of their own and a budget', () => {
  const rows = [...testSuites, ...fullSuites];
  expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
  expect(rows.every((row) => row.budgetSeconds > 0)).toBe(true);
});
