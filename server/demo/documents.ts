/** The documents that the demo agent answers from: Markdown, cut at its headings. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

export interface Section {
  /** Path of the file below the folder that was read, then its headings down to here. */
  id: string;
  file: string;
  title: string;
  /** Prose without code and tables, one paragraph a line. */
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
    const text = part
      .replace(/^#{1,6} .*$/m, '')
      .split(/\n{2,}|\n(?=[-*] |\d+\. )/)
      .map((paragraph) =>
        paragraph
          .replace(/^[-*] |^\d+\. /, '')
          // Marks of emphasis, code and links are the document's typography, not its words.
          .replaceAll(/\*\*|`/g, '')
          .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
          .replaceAll(/\s+/g, ' ')
          .trim(),
      )
      .filter((paragraph) => paragraph !== '' && !paragraph.startsWith('|'))
      .join('\n');
    return text === '' ? [] : [{ id: `${file}#${String(index)}`, file, title: heading.trim(), text }];
  });
}
