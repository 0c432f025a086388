import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = process.cwd();
const copy = mkdtempSync(join(tmpdir(), 'regen-lanes-'));
cpSync(join(root, '.oxlintrc.json'), join(copy, '.oxlintrc.json'));
cpSync(join(root, 'tsconfig.base.json'), join(copy, 'tsconfig.base.json'));
cpSync(join(root, 'tsconfig.json'), join(copy, 'tsconfig.json'));
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

interface Finding {
  code: string;
  help?: string;
  filename: string;
  labels: { span: { line: number } }[];
}

function plant(file: string, text: string): void {
  const path = join(copy, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function lint(folder: string): Finding[] {
  const { stdout } = spawnSync(
    join(root, 'node_modules', '.bin', 'oxlint'),
    ['--format', 'json', '--ignore-pattern', 'node_modules', folder],
    {
      cwd: copy,
      encoding: 'utf8',
    },
  );
  return (JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics;
}

const forbidden: [file: string, specifier: string][] = [
  ['packages/shared/planted.ts', '@regen/realtime-core'],
  ['packages/shared/planted.ts', '../core/index.ts'],
  ['packages/shared/planted.ts', 'node:fs'],
  ['packages/shared/deep/planted.ts', '../../../src/index.ts'],
  ['packages/core/planted.ts', '../shared/index.ts'],
  ['packages/core/planted.ts', '@regen/realtime-mocks'],
  ['packages/core/planted.ts', 'node:crypto'],
  ['packages/core/planted.ts', 'socket.io'],
  ['packages/core/planted.ts', 'ioredis'],
  ['mocks/planted.ts', '../src/index.ts'],
  ['mocks/planted.ts', '@regen/realtime'],
  ['mocks/planted.ts', 'react'],
  ['mocks/scenarios/planted.ts', '../../stories/fixtures.ts'],
  ['src/services/realtime/planted.ts', '../../hooks/useJobs.ts'],
  ['src/services/realtime/planted.ts', '../../components/realtime/Rail.tsx'],
  ['src/services/realtime/planted.ts', '@/hooks/useJobs.ts'],
  ['src/services/realtime/planted.ts', '@regen/realtime-mocks'],
  ['src/services/realtime/planted.ts', '@regen/realtime-core'],
  ['src/services/realtime/planted.ts', 'react'],
  ['src/services/realtime/planted.ts', 'socket.io-client'],
  ['src/services/realtime/socketClient.ts', '../../hooks/useJobs.ts'],
  ['src/services/realtime/socketClient.ts', 'react'],
  ['src/hooks/planted.ts', '../components/realtime/Rail.tsx'],
  ['src/hooks/planted.ts', '../../mocks/index.ts'],
  ['src/hooks/planted.ts', 'socket.io-client'],
  ['src/hooks/useSessionRestore.ts', '../services/realtime/socketClient.ts'],
  ['src/components/realtime/planted.tsx', '../../hooks/useSessionRestore.ts'],
  ['src/components/realtime/planted.tsx', '../../../stories/stage.tsx'],
  ['src/components/realtime/planted.tsx', '../../../server/index.ts'],
  ['src/components/realtime/planted.tsx', '@regen/realtime-mocks'],
  ['src/components/realtime/planted.tsx', '@/services/realtime/selectors.ts'],
  ['src/components/realtime/planted.tsx', 'socket.io-client'],
  ['src/main.tsx', '../mocks/index.ts'],
  ['src/app/planted.tsx', '@regen/realtime-server'],
  ['src/index.ts', '../mocks/index.ts'],
  ['server/http/planted.ts', '../../src/index.ts'],
  ['server/http/planted.ts', '@regen/realtime-mocks'],
  ['server/http/planted.ts', 'ioredis'],
  ['server/http/planted.ts', 'socket.io'],
  ['server/redis/planted.ts', 'socket.io'],
  ['server/index.ts', 'ioredis'],
  ['apps/desktop/src/planted.ts', '../../../src/components/realtime/Rail.tsx'],
  ['apps/desktop/src/planted.ts', '../../../mocks/index.ts'],
  ['apps/desktop/src/planted.ts', 'socket.io-client'],
  ['apps/desktop/src/planted.ts', 'electron'],
];

const allowed: [file: string, specifier: string][] = [
  ['packages/core/planted.ts', '@regen/realtime-shared'],
  ['mocks/scenarios/planted.ts', '@regen/realtime-core'],
  ['mocks/scenarios/planted.ts', '../scenario.ts'],
  ['mocks/planted.ts', 'socket.io-client'],
  ['src/services/realtime/planted.ts', '@regen/realtime-shared'],
  ['src/services/realtime/socketClient.ts', 'socket.io-client'],
  ['src/hooks/planted.ts', '../services/realtime/selectors.ts'],
  ['src/hooks/planted.ts', 'react'],
  ['src/hooks/useSessionRestore.ts', '../components/realtime/SessionRestoreBanner.tsx'],
  ['src/hooks/useSessionRestore.ts', './sessionRestore.ts'],
  ['src/components/realtime/planted.tsx', '../../hooks/sessionRestore.ts'],
  ['src/app/planted.tsx', '@/components/realtime/Rail.tsx'],
  ['server/http/planted.ts', '@regen/realtime-core'],
  ['server/redis/planted.ts', 'ioredis'],
  ['server/index.ts', 'socket.io'],
  ['apps/desktop/src/planted.ts', '../../../src/services/realtime/socketClient.ts'],
  ['apps/desktop/src/planted.ts', 'node:net'],
  ['stories/planted.ts', '../mocks/index.ts'],
];

/** One file with all its planted imports, one a line, so that the linter runs once. */
function plantAll(folder: string, rows: [file: string, specifier: string][]): void {
  const files = new Set(rows.map(([file]) => file));
  for (const file of files) {
    const imports = rows.filter((row) => row[0] === file);
    plant(
      join(folder, file),
      imports.map(([, specifier], index) => `export { x${index} } from '${specifier}';\n`).join(''),
    );
  }
}

plantAll('.', forbidden);
const findings = lint('.');

test.for(forbidden)('%s may not import %s', ([file, specifier]) => {
  const line = forbidden.filter((row) => row[0] === file).findIndex((row) => row[1] === specifier) + 1;
  const here = findings.filter((found) => found.filename === file && found.labels[0]?.span.line === line);
  expect(here.map((found) => found.code)).toContain('eslint(no-restricted-imports)');
  expect(here.map((found) => found.help).join()).toMatch(/^Lane: /);
});

test('what the lanes allow is not reported', () => {
  for (const file of new Set(forbidden.map((row) => row[0]))) rmSync(join(copy, file));
  plantAll('.', allowed);
  expect(lint('.')).toEqual([]);
  for (const file of new Set(allowed.map((row) => row[0]))) rmSync(join(copy, file));
});

test('an import cycle is an error', () => {
  plant('src/services/realtime/one.ts', "import { two } from './two.ts';\nexport const one = () => two;\n");
  plant('src/services/realtime/two.ts', "import { one } from './one.ts';\nexport const two = () => one;\n");
  expect(lint('.').map((found) => found.code)).toEqual(['import(no-cycle)', 'import(no-cycle)']);
});

test('no tracked source file has an export *', () => {
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const sources = stdout.split('\0').filter((path) => /\.(ts|tsx|mts|mjs)$/.test(path));
  expect(sources.length).toBeGreaterThan(10);
  const barrels = sources.filter((path) => {
    try {
      return /^\s*export\s+(type\s+)?\*/m.test(readFileSync(join(root, path), 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  });
  expect(barrels).toEqual([]);
});
