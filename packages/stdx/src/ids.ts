import { randomFillSync } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Crockford's base 32 without I, L, O and U, so that an id survives being read aloud. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;

/** Length of every id that {@link sortableId} makes, in characters. */
export const SORTABLE_ID_LENGTH: number = TIME_CHARS + RANDOM_CHARS;

/** Random bytes that are fetched at once: asking the operating system's generator costs far more than 16 bytes do. */
const POOL_BYTES = 4_096;

const pool = new Uint8Array(POOL_BYTES);
let poolUsed = POOL_BYTES;

/** The characters of the id that is being made; one buffer for all, because making one never waits. */
const chars = Buffer.alloc(SORTABLE_ID_LENGTH);
let charsTime = -1;

/**
 * A fresh ULID: 48 bits of milliseconds, then 80 random bits, 26 characters that sort by time of creation.
 * Source: the ULID specification (https://github.com/ulid/spec), without its monotonic option.
 */
export function sortableId(clock: Clock): string {
  const now = Math.floor(clock.now());
  if (now !== charsTime) writeTime(now);
  if (poolUsed === POOL_BYTES) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  for (let i = TIME_CHARS; i < SORTABLE_ID_LENGTH; i++) chars[i] = charOf(pool[poolUsed++] ?? 0);
  return chars.toString('latin1');
}

function writeTime(now: number): void {
  charsTime = now;
  let rest = now;
  for (let i = TIME_CHARS - 1; i >= 0; i--) {
    chars[i] = charOf(rest % 32);
    rest = Math.floor(rest / 32);
  }
}

/** Character code of the lowest five bits. */
function charOf(bits: number): number {
  return ALPHABET.charCodeAt(bits & 31);
}
