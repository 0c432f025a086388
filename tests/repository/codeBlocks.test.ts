import { beforeAll, expect, test } from 'vitest';
import { codeBlocksOf, complaintsAbout, documents, type CodeBlock } from './codeBlocks.ts';

const blocks = documents().flatMap(codeBlocksOf);
const wrong: CodeBlock = {
  document: 'stories/patterns/Wrong.mdx',
  line: 10,
  language: 'tsx',
  text: "import { JobTimelinePanle } from '@regen/realtime';\nexport const panel = <JobTimelinePanle output={1} />;\n",
};
let complaints: readonly string[];

beforeAll(() => {
  complaints = complaintsAbout([...blocks, wrong]);
}, 60_000);

test('code is found in README and on pages of documentation', () => {
  const found = blocks.map(({ document }) => document);
  expect(found).toEqual(expect.arrayContaining(['README.md', 'stories/patterns/ComposingParts.mdx']));
});

test('every block of TypeScript in a document compiles', () => {
  expect(complaints.filter((complaint) => !complaint.startsWith(wrong.document))).toEqual([]);
});

test('a block that uses what does not exist would be found, with its line', () => {
  expect(complaints.join('\n')).toMatch(/^stories\/patterns\/Wrong\.mdx:10: .*JobTimelinePanle/m);
});
