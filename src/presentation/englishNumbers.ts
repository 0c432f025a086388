import { createFormats } from './wordFormats.ts';

/** Numbers and times as English says them, and what of a sentence depends on a number. */
export interface EnglishNumbers extends ReturnType<typeof createFormats> {
  /** "job" or "jobs". */
  many(count: number, one: string, other: string): string;
  /** "1,204 updates". */
  counted(count: number, one: string, other: string): string;
  /** Whole ones, never negative. */
  seconds(ms: number): number;
}

export function createEnglishNumbers(locale: string): EnglishNumbers {
  const formats = createFormats(locale);
  const plurals = new Intl.PluralRules(locale);
  const { number } = formats;
  const seconds = (ms: number): number => Math.max(0, Math.floor(ms / 1_000));
  const many: EnglishNumbers['many'] = (count, one, other) => (plurals.select(count) === 'one' ? one : other);
  return {
    ...formats,
    many,
    counted: (count, one, other) => `${number(count)} ${many(count, one, other)}`,
    seconds,
    span: (ms) => (seconds(ms) < 120 ? `${number(seconds(ms))} s` : formats.span(ms).replace(/mins\b/, 'min')),
    ago: (ms) => (seconds(ms) < 60 ? `${number(seconds(ms))} s ago` : formats.ago(ms)),
  };
}
