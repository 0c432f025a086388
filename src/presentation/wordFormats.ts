import type { Words } from './words.ts';

/** What a language's numbers and times have in common; a catalogue adds its sentences. */
export function createFormats(
  locale: string,
): Pick<Words, 'locale' | 'number' | 'percent' | 'percentParts' | 'duration' | 'span' | 'ago'> {
  const plain = new Intl.NumberFormat(locale);
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const twoDigits = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
  const relative = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'always' });
  const unit = (name: 'second' | 'minute' | 'hour'): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' });
  const units = { second: unit('second'), minute: unit('minute'), hour: unit('hour') };
  return {
    locale,
    number: (value) => plain.format(value),
    percent: (value) => percents.format(Math.floor(value) / 100),
    percentParts: (value) => {
      const parts = percents.formatToParts(Math.floor(value) / 100);
      const sign = parts.findIndex((part) => part.type === 'percentSign');
      return {
        number: plain.format(Math.floor(value)),
        sign: parts[sign]?.value ?? '%',
        signFirst: sign < parts.findIndex((part) => part.type === 'integer'),
      };
    },
    duration: (ms) => {
      const seconds = Math.floor(ms / 1_000);
      const hours = Math.floor(seconds / 3_600);
      const minutes = Math.floor(seconds / 60) % 60;
      const tail = twoDigits.format(seconds % 60);
      return hours > 0
        ? `${plain.format(hours)}:${twoDigits.format(minutes)}:${tail}`
        : `${plain.format(minutes)}:${tail}`;
    },
    span: (ms) => {
      const { name, count } = inUnits(ms);
      return units[name].format(count);
    },
    ago: (ms) => {
      const { name, count } = inUnits(ms);
      return relative.format(-count, name);
    },
  };
}

/** Whole units, never rounded up: 119 s are one minute. */
export function inUnits(ms: number): { name: 'second' | 'minute' | 'hour'; count: number } {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  // Up to two minutes a silence is counted in seconds, as it grows.
  if (seconds < 120) return { name: 'second', count: seconds };
  return seconds < 7_200
    ? { name: 'minute', count: Math.floor(seconds / 60) }
    : { name: 'hour', count: Math.floor(seconds / 3_600) };
}
