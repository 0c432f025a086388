/** Finds passages for a question. */
import MiniSearch from 'minisearch';
import type { Section } from './documents.ts';

export interface Passage {
  file: string;
  title: string;
  /** As it stands in the document. */
  quotation: string;
}

export interface DocumentSearch {
  /** How many sections are searched. */
  readonly size: number;
  /** The best passages first, at most `limit`; none where no word of the question is found. */
  find(question: string, limit: number): Passage[];
}

const LONGEST_QUOTATION = 400;

export function createDocumentSearch(sections: readonly Section[]): DocumentSearch {
  const index = new MiniSearch<Section>({
    fields: ['title', 'text'],
    storeFields: ['file', 'title', 'text'],
    searchOptions: {
      boost: { title: 2 },
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 5 ? 0.2 : 0),
    },
  });
  index.addAll(sections);

  return {
    size: sections.length,
    find: (question, limit) =>
      index
        .search(question, { processTerm: (term) => (isCommon(term) ? null : term.toLowerCase()) })
        .slice(0, limit)
        .map((hit) => ({
          file: hit['file'] as string,
          title: hit['title'] as string,
          quotation: quotationFrom(hit['text'] as string, hit.terms),
        })),
  };
}

/** The paragraph with most of the words that were found. */
function quotationFrom(text: string, terms: readonly string[]): string {
  const paragraphs = text.split('\n');
  const score = (paragraph: string): number => {
    const words = paragraph.toLowerCase();
    return terms.filter((term) => words.includes(term)).length;
  };
  const best = paragraphs.reduce((one, other) => (score(other) > score(one) ? other : one));
  return best.length <= LONGEST_QUOTATION ? best : `${best.slice(0, best.lastIndexOf(' ', LONGEST_QUOTATION))} …`;
}

const COMMON = new Set(
  'a an and are as at be but by can do does for from happen happens has have how i if in is it its me my of on or our so that the their them then there they this to was we what when where which who why will with you your'.split(
    ' ',
  ),
);

function isCommon(term: string): boolean {
  return COMMON.has(term.toLowerCase());
}
