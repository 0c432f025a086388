import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeBlocksOf } from './codeBlocks.ts';

const root = process.cwd();
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'docs/protocol.md'];
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

const blocks = codeBlocksOf('README.md');

test('README shows the quick start, the hooks, a test and a worker', () => {
  expect(blocks.map(({ language }) => language)).toEqual(['tsx', 'tsx', 'ts', 'ts']);
});

test('the test in README is one that runs here', () => {
  expect(blocks[2]?.text).toBe(read('tests/repository/readme.example.test.ts'));
});

test.each(DOCUMENTS)('every npm command in %s exists', (document) => {
  const commands = [...read(document).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
});
