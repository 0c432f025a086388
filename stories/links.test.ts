import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCsf } from 'storybook/internal/csf-tools';
import { toId } from 'storybook/internal/csf';
import { expect, test } from 'vitest';

const folder = join(process.cwd(), 'stories');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
const pages = files.filter((name) => name.endsWith('.mdx'));

/** Where Storybook's addresses lead: stories by their id, pages by their title. */
async function knownPaths(): Promise<Set<string>> {
  const paths = new Set<string>();
  const titles = new Map<string, string>();
  for (const file of files.filter((name) => name.endsWith('.stories.tsx'))) {
    const csf = (await readCsf(join(folder, file), { makeTitle: (title) => title })).parse();
    for (const { __id = '', title = '' } of csf.indexInputs) {
      paths.add(`/story/${__id}`);
      titles.set(file.replace('.stories.tsx', ''), title);
    }
  }
  for (const page of pages) {
    const own = /<Meta title="([^"]+)"/.exec(readFileSync(join(folder, page), 'utf8'))?.[1];
    paths.add(`/docs/${toId(own ?? titles.get(page.replace('.mdx', '')) ?? '', 'docs')}`);
  }
  return paths;
}

const paths = await knownPaths();

test.each(pages)('every link in %s leads to a story or a page', (page) => {
  const links = [...readFileSync(join(folder, page), 'utf8').matchAll(/\?path=([^)"'&\s]+)/g)].map(([, path]) => path);
  expect(links.filter((path) => path === undefined || !paths.has(path))).toEqual([]);
});

test('pages link to each other', () => {
  const all = pages.map((page) => readFileSync(join(folder, page), 'utf8')).join('');
  expect(all.match(/\?path=/g)?.length).toBeGreaterThan(15);
});
