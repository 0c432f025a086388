import { expect, test } from 'vitest';
import { sectionsOf } from './documents.ts';
import { createDocumentSearch } from './search.ts';

const GUIDE = `Before any heading.

# Guide

What it is for.
It goes on in the next line.

- A point.
- Another one.

\`\`\`ts
const code = 'is left out';
\`\`\`

## Empty

## Resuming after a crash

After a crash the page shows the text that it had.

| what it was | what is shown | what is not |
| ----------- | ------------- | ----------- |
| running     | \`a\` line      | its end     |
| done        | its text      |             |

| a | table |
|---|---|
`;

test('a document is cut at its headings; a row of a table is a sentence; code is left out, and so is what has no text', () => {
  expect(sectionsOf('guide.md', GUIDE)).toEqual([
    { id: 'guide.md#0', file: 'guide.md', title: 'guide.md', text: 'Before any heading.' },
    {
      id: 'guide.md#1',
      file: 'guide.md',
      title: 'Guide',
      text: 'What it is for. It goes on in the next line.\nA point.\nAnother one.',
    },
    {
      id: 'guide.md#3',
      file: 'guide.md',
      title: 'Resuming after a crash',
      text: [
        'After a crash the page shows the text that it had.',
        'running, what is shown: a line; what is not: its end',
        'done, what is shown: its text',
      ].join('\n'),
    },
  ]);
});

test('a question finds the sections that hold its words, and quotes the paragraph that fits', () => {
  const search = createDocumentSearch(sectionsOf('guide.md', GUIDE));
  expect(search.find('What happens after a crash?', 3)).toEqual([
    {
      file: 'guide.md',
      title: 'Resuming after a crash',
      quotation: 'After a crash the page shows the text that it had.',
    },
  ]);
  expect(search.find('another one', 3)[0]?.quotation).toBe('Another one.');
});

test('a question of words that say nothing, or that nothing answers, finds nothing', () => {
  const search = createDocumentSearch(sectionsOf('guide.md', GUIDE));
  expect(search.find('what is the', 3)).toEqual([]);
  expect(search.find('zebra', 3)).toEqual([]);
});
