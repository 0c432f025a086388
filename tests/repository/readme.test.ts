import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = process.cwd();
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'docs/protocol.md'];
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

interface Block {
  /** Where the compiler is told that the block lies. */
  file: string;
  language: string;
  text: string;
}

const blocks: Block[] = [...read('README.md').matchAll(/```(tsx?)\n([\s\S]*?)```/g)].map(
  ([, language = '', text = ''], index) => ({
    file: join(root, 'stories', `readme${String(index)}.${language}`),
    language,
    text,
  }),
);

/** What the compiler says of blocks that lie in the repository without being written to it. */
function complaints(of: readonly Block[]): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    { noEmit: true, types: ['node'] },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  if (config === undefined) throw new Error('tsconfig.json cannot be read');
  const texts = new Map(of.map(({ file, text }) => [file, text]));
  const host = ts.createCompilerHost(config.options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, ...rest) => {
    const text = texts.get(file);
    return text === undefined ? getSourceFile(file, ...rest) : ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  };
  const assets = join(root, '.storybook', 'assets.d.ts');
  const program = ts.createProgram([...texts.keys(), assets], config.options, host);
  return of.flatMap(({ file }) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
    );
  });
}

test('README shows the quick start, the hooks and a test', () => {
  expect(blocks.map(({ language }) => language)).toEqual(['tsx', 'tsx', 'ts']);
});

test('every code block of README compiles', { timeout: 60_000 }, () => {
  expect(complaints(blocks)).toEqual([]);
});

test('a code block that uses what does not exist would be found', { timeout: 60_000 }, () => {
  const file = join(root, 'stories', 'readmeWrong.tsx');
  const text = "import { JobTimelinePanle } from '@regen/realtime';\nexport const panel = <JobTimelinePanle />;\n";
  expect(complaints([{ file, language: 'tsx', text }]).join()).toContain('JobTimelinePanle');
});

test('the test in README is one that runs here', () => {
  expect(blocks.at(-1)?.text).toBe(read('tests/repository/readme.example.test.ts'));
});

test.each(DOCUMENTS)('every npm command in %s exists', (document) => {
  const commands = [...read(document).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
});

test.each(DOCUMENTS)('every relative link in %s leads to a file', (document) => {
  const folder = join(root, document, '..');
  const links = [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
  expect(links.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
});
