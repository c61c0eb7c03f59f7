import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Crockford's base 32 without I, L, O and U, so that an id survives being read aloud. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;

/** Length of every id that {@link sortableId} makes, in characters. */
export const SORTABLE_ID_LENGTH: number = TIME_CHARS + RANDOM_CHARS;

/**
 * A fresh ULID: 48 bits of milliseconds, then 80 random bits, 26 characters that sort by time of creation.
 * Source: the ULID specification (https://github.com/ulid/spec), without its monotonic option.
 */
export function sortableId(clock: Clock): string {
  let time = Math.floor(clock.now());
  let id = '';
  for (let i = 0; i < TIME_CHARS; i++) {
    id = ALPHABET.charAt(time % 32) + id;
    time = Math.floor(time / 32);
  }
  for (const byte of randomBytes(RANDOM_CHARS)) id += ALPHABET.charAt(byte & 31);
  return id;
}
