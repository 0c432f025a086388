import type { Random } from '@regen/realtime-shared';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * `length` characters of 5 bits each; as hard to guess as `random` is, so a server whose ids are secrets (writer
 * tokens) gives a cryptographic one.
 */
export function randomId(random: Random, length: number): string {
  let id = '';
  for (let index = 0; index < length; index += 1) id += ALPHABET.charAt(Math.floor(random() * ALPHABET.length));
  return id;
}
