/** A text whose every word says where it belongs, so that what was lost, doubled or reordered can be counted. */
import { createHash } from 'node:crypto';

export interface Damage {
  lost: number;
  doubled: number;
  reordered: number;
}

const word = (index: number): string => `w${String(index)} `;

/** Its words, each to be written by itself. */
export function numberedWords(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${word(index)}${index % 12 === 11 ? '\n' : ''}`);
}

export function damageOf(shown: string, count: number): Damage {
  const seen = [...shown.matchAll(/w(\d+) /g)].map(([, number]) => Number(number));
  const different = new Set(seen);
  return {
    lost: count - [...different].filter((index) => index < count).length,
    doubled: seen.length - different.size,
    reordered: seen.filter((index, at) => at > 0 && index < (seen[at - 1] ?? 0)).length,
  };
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
