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
  /** The best passages first, at most `limit` and one of a section; none where no word of the question is found. */
  find(question: string, limit: number): Passage[];
}

const LONGEST_QUOTATION = 400;

export function createDocumentSearch(sections: readonly Section[]): DocumentSearch {
  const index = new MiniSearch<Paragraph>({
    fields: ['title', 'quotation'],
    storeFields: ['section', 'file', 'title', 'quotation'],
    searchOptions: {
      boost: { title: 2 },
      // Why it is so interests fewer people than what is so.
      boostDocument: (id) => (String(id).includes('decisions/') ? 0.6 : 1),
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 5 ? 0.2 : 0),
    },
  });
  index.addAll(sections.flatMap(paragraphsOf));

  return {
    size: sections.length,
    find: (question, limit) => {
      const best = new Map<string, Passage>();
      for (const hit of index.search(question, {
        processTerm: (term) => (isCommon(term) ? null : term.toLowerCase()),
      })) {
        const { section, file, title, quotation } = hit as unknown as Paragraph;
        if (!best.has(section)) best.set(section, { file, title, quotation: cut(quotation) });
        if (best.size === limit) break;
      }
      return [...best.values()];
    },
  };
}

interface Paragraph extends Passage {
  id: string;
  section: string;
}

function paragraphsOf({ id, file, title, text }: Section): Paragraph[] {
  return text
    .split('\n')
    .map((quotation, index) => ({ id: `${id}/${String(index)}`, section: id, file, title, quotation }));
}

function cut(text: string): string {
  return text.length <= LONGEST_QUOTATION ? text : `${text.slice(0, text.lastIndexOf(' ', LONGEST_QUOTATION))} …`;
}

const COMMON = new Set(
  'a after an and are as at be before but by can do does for from happen happens has have how i if in is it its me my of on or our so that the their them then there they this to was we what when where which who why will with you your'.split(
    ' ',
  ),
);

function isCommon(term: string): boolean {
  return term.length < 2 || COMMON.has(term.toLowerCase());
}
