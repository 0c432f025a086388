import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { documents } from './codeBlocks.ts';

const pages = documents().filter((page) => page.endsWith('.md'));

/** A page without its code, in which nothing is a heading or a link. */
function prose(page: string): string {
  return readFileSync(page, 'utf8')
    .replaceAll(/^( *)(`{3,}|~{3,})[^]*?^\1\2 *$/gm, '')
    .replaceAll(/`[^`\n]*\]\([^`\n]*`/g, '');
}

/** The anchors that GitHub gives a page: one for each heading, numbered where the words are the same. */
function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, words = ''] of prose(page).matchAll(/^#{1,6} +(.+?)[ #]*$/gm)) {
    const anchor = words
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    let number = 0;
    while (anchors.has(number === 0 ? anchor : `${anchor}-${String(number)}`)) number += 1;
    anchors.add(number === 0 ? anchor : `${anchor}-${String(number)}`);
  }
  return anchors;
}

function brokenLinksOf(page: string): string[] {
  const links = [...prose(page).matchAll(/\]\((?![a-z]+:)([^)\s]+)[^)]*\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(target)) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor);
  });
}

test.each(pages)('every relative link in %s leads to a file, and its anchor to a heading', (page) => {
  expect(brokenLinksOf(page)).toEqual([]);
});

test('pages link to each other and to headings, and anchors are as GitHub makes them', () => {
  const links = pages.flatMap((page) => [...prose(page).matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)]);
  expect(links.length).toBeGreaterThan(20);
  expect(anchorsOf('README.md')).toContain('the-server-and-the-web-app');
  expect(anchorsOf('README.md')).not.toContain('the-server');
});
