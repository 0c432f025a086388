import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A block of TypeScript in a document. */
export interface CodeBlock {
  /** Relative to the root. */
  document: string;
  /** The document's line of its first one. */
  line: number;
  language: 'ts' | 'tsx';
  text: string;
}

const root = process.cwd();
const FENCE = /^( *)(`{3,}|~{3,})(tsx?|typescript)\b.*\n([\s\S]*?)^\1\2 *$/gm;

/** Every document that people read: Markdown at the root and in `docs`, pages of documentation in `stories`. */
export function documents(): string[] {
  const within = (folder: string, ending: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith(ending))
      .map((file) => join(folder, file));
  return [
    ...readdirSync(root).filter((file) => file.endsWith('.md')),
    ...within('docs', '.md'),
    ...within('stories', '.mdx'),
  ];
}

export function codeBlocksOf(document: string): CodeBlock[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(FENCE)].map(({ index, 1: indent = '', 3: language, 4: code = '' }) => ({
    document,
    line: text.slice(0, index).split('\n').length + 1,
    language: language === 'tsx' ? 'tsx' : 'ts',
    text: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** Where the compiler is told that a block lies: beside its document. Nothing is written there. */
function placeOf({ document, line, language }: CodeBlock): string {
  return join(root, `${document}.${String(line)}.${language}`);
}

/** What the compiler, as strict as for the repository, says of blocks: `README.md:42: …`. */
export function complaintsAbout(blocks: readonly CodeBlock[]): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    { noEmit: true, types: ['node'] },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  if (config === undefined) throw new Error('tsconfig.json cannot be read');
  const texts = new Map(blocks.map((block) => [placeOf(block), block.text]));
  const host = ts.createCompilerHost(config.options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, ...rest) => {
    const text = texts.get(file);
    return text === undefined ? getSourceFile(file, ...rest) : ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  };
  const ambient = [join(root, '.storybook', 'assets.d.ts'), join(root, 'tests', 'repository', 'electron.d.ts')];
  const program = ts.createProgram([...texts.keys(), ...ambient], config.options, host);
  return blocks.flatMap((block) => {
    const source = program.getSourceFile(placeOf(block));
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText, start = 0 }) => {
        const line = block.line + block.text.slice(0, start).split('\n').length - 1;
        return `${block.document}:${String(line)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
      },
    );
  });
}
