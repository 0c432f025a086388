/** The documents that the demo agent answers from: Markdown, cut at its headings. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

export interface Section {
  /** Path of the file below the folder that was read, then its headings down to here. */
  id: string;
  file: string;
  title: string;
  /** Prose without code, one paragraph a line; of a table each row is one. */
  text: string;
}

/** Reads all Markdown files of a folder and those below `docs` in it; in a steady order. */
export async function readDocuments(root: string): Promise<Section[]> {
  const files = [...(await markdownIn(root, false)), ...(await markdownIn(join(root, 'docs'), true))];
  const sections = await Promise.all(
    files.toSorted().map(async (path) => sectionsOf(relative(root, path), await readFile(path, 'utf8'))),
  );
  return sections.flat();
}

async function markdownIn(folder: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(folder, { recursive, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name));
}

export function sectionsOf(file: string, markdown: string): Section[] {
  const prose = markdown.replaceAll(/^(```|~~~).*?^\1 *$/gms, '');
  const parts = prose.split(/^(?=#{1,6} )/m);
  return parts.flatMap((part, index) => {
    const [, heading = file] = /^#{1,6} +(.+)$/m.exec(part) ?? [];
    const text = withoutTables(part.replace(/^#{1,6} .*$/m, ''))
      .split(/\n{2,}|\n(?=[-*] |\d+\. )/)
      .map((paragraph) =>
        paragraph
          .replace(/^[-*] |^\d+\. /, '')
          // Marks of emphasis, code and links are the document's typography, not its words.
          .replaceAll(/\*\*|`|(?<!\w)_|_(?!\w)/g, '')
          .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
          .replaceAll(/\s+/g, ' ')
          .trim(),
      )
      .filter((paragraph) => paragraph !== '')
      .join('\n');
    return text === '' ? [] : [{ id: `${file}#${String(index)}`, file, title: heading.trim(), text }];
  });
}

/** Each row of a table as a sentence: what it is about, then what each other column says of it. */
function withoutTables(markdown: string): string {
  return markdown.replaceAll(/^\|.*\|\n\|[-| :]+\|\n((?:\|.*\|\n?)*)/gm, (table: string) => {
    const [heads = [], , ...rows] = table.trim().split('\n').map(cellsOf);
    const said = (cells: readonly string[]): string[] =>
      cells.flatMap((cell, at) => (cell === '' ? [] : [`${heads[at + 1] ?? ''}: ${cell}`]));
    return rows.map(([subject = '', ...cells]) => `${subject}, ${said(cells).join('; ')}\n\n`).join('');
  });
}

function cellsOf(row: string): string[] {
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}
