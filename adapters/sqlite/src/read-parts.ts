import { CHUNK_BYTES, type ByteRange } from '@faasm/state';

/** What is read at once, in bytes. */
const PART_BYTES = 16 * CHUNK_BYTES;

/** A range cut into what is read at once: at most 1 MiB, and none begins in one chunk and ends in the middle of another. */
export function* readParts({ start, end }: ByteRange): Generator<ByteRange> {
  for (let at = start; at < end;) {
    const firstEnd = (Math.floor(at / CHUNK_BYTES) + 1) * CHUNK_BYTES;
    const lastEnd = Math.floor(Math.min(end, at + PART_BYTES) / CHUNK_BYTES) * CHUNK_BYTES;
    const next = end <= firstEnd ? end : Math.max(firstEnd, lastEnd);
    yield { start: at, end: next };
    at = next;
  }
}
