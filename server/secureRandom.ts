import { randomBytes } from 'node:crypto';

const BYTES = 6;
const POOL = 4_096;
let pool = Buffer.alloc(0);
let used = 0;

/** From 0 up to 1, as `Math.random`, but not to be guessed: writer tokens and epochs are drawn from it. */
export function secureRandom(): number {
  if (used + BYTES > pool.length) {
    pool = randomBytes(POOL);
    used = 0;
  }
  const value = pool.readUIntBE(used, BYTES);
  used += BYTES;
  return value / 2 ** (8 * BYTES);
}
