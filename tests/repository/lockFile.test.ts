import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface LockedPackage {
  version?: string;
  resolved?: string;
  engines?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(readFileSync(join(process.cwd(), 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};

test('the lock file holds the packages of every platform, so that npm ci passes on each', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in lock.packages) && !(`${path}/node_modules/${name}` in lock.packages),
    ),
  );
  expect(missing).toEqual([]);
});

test('the lock file names no download address', () => {
  const addresses = Object.values(lock.packages).filter(({ resolved }) => resolved?.includes('://'));
  expect(addresses).toEqual([]);
});

test('the lock file, package.json and README ask for the same Node', () => {
  const read = (file: string): string => readFileSync(join(process.cwd(), file), 'utf8');
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
  expect(lock.packages['']?.engines).toEqual(engines);
  expect(read('README.md')).toContain(`Node \`${engines.node}\` with npm`);
});
