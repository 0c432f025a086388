import { createFormats, inUnits } from './wordFormats.ts';

/** Numbers and times as English says them, and what of a sentence depends on a number. */
export interface EnglishNumbers extends ReturnType<typeof createFormats> {
  /** "job" or "jobs". */
  many(count: number, one: string, other: string): string;
  /** "1,204 updates". */
  counted(count: number, one: string, other: string): string;
  /** Whole ones, never negative. */
  seconds(ms: number): number;
}

/** Of a silence and of what is past alike: a locale's short forms of the two differ ("sec", "secs"). */
const SYMBOLS = { second: 's', minute: 'min', hour: 'h' } as const;

export function createEnglishNumbers(locale: string): EnglishNumbers {
  const formats = createFormats(locale);
  const plurals = new Intl.PluralRules(locale);
  const { number } = formats;
  const seconds = (ms: number): number => Math.max(0, Math.floor(ms / 1_000));
  const many: EnglishNumbers['many'] = (count, one, other) => (plurals.select(count) === 'one' ? one : other);
  const span = (ms: number): string => {
    const { name, count } = inUnits(ms);
    return `${number(count)} ${SYMBOLS[name]}`;
  };
  return {
    ...formats,
    many,
    counted: (count, one, other) => `${number(count)} ${many(count, one, other)}`,
    seconds,
    span,
    ago: (ms) => `${span(ms)} ago`,
  };
}
