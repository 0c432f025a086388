import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Packed {
  name: string;
  files: { path: string }[];
}

const read = (file: string): string => readFileSync(join(process.cwd(), file), 'utf8');
const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };

test('every package is published with the licence', () => {
  const { stdout } = spawnSync(
    'npm',
    ['pack', '--dry-run', '--json', '--ignore-scripts', '--workspaces', '--include-workspace-root'],
    { encoding: 'utf8' },
  );
  const packages = JSON.parse(stdout) as Packed[];
  expect(packages).toHaveLength(workspaces.length + 1);
  expect(packages.filter(({ files }) => !files.some(({ path }) => path === 'LICENSE'))).toEqual([]);
});

test.each(workspaces)('the licence of %s is that of the repository', (workspace) => {
  expect(read(`${workspace}/LICENSE`)).toBe(read('LICENSE'));
});
