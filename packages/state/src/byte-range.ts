/** What is pulled and stored in one piece, in bytes: as large as a WebAssembly page, so that pieces can be mapped. */
export const CHUNK_BYTES = 65_536;

/** The most that is handed over in one piece, in bytes. */
export const PIECE_BYTES_MAX: number = 16 * CHUNK_BYTES;

/** Bytes of a value from `start` up to, but not with, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Bytes that stand, or are to stand, in a value from `offset` on. */
export interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** How many chunks a value of `sizeBytes` has. */
export function chunkCount(sizeBytes: number): number {
  return Math.ceil(sizeBytes / CHUNK_BYTES);
}

/** The chunks that a range touches, as numbers from `start` up to, but not with, `end`. */
export function chunksOf({ start, end }: ByteRange): ByteRange {
  return start >= end
    ? { start: 0, end: 0 }
    : { start: Math.floor(start / CHUNK_BYTES), end: chunkCount(end) };
}

/** A range cut where chunks begin, in order. */
export function* byChunk({ start, end }: ByteRange): Generator<ByteRange & { readonly chunk: number }> {
  for (let at = start; at < end;) {
    const chunk = Math.floor(at / CHUNK_BYTES);
    const next = Math.min(end, (chunk + 1) * CHUNK_BYTES);
    yield { chunk, start: at, end: next };
    at = next;
  }
}

/** A range cut as {@link ValueReading} has it: at most 1 MiB, and none begins in one chunk and ends in the middle of another. */
export function* inPieces({ start, end }: ByteRange): Generator<ByteRange> {
  for (let at = start; at < end;) {
    const firstEnd = (Math.floor(at / CHUNK_BYTES) + 1) * CHUNK_BYTES;
    const lastEnd = Math.floor(Math.min(end, at + PIECE_BYTES_MAX) / CHUNK_BYTES) * CHUNK_BYTES;
    const next = end <= firstEnd ? end : Math.max(firstEnd, lastEnd);
    yield { start: at, end: next };
    at = next;
  }
}

/** A range cut into parts of at most `bytesMax`, in order. */
export function* inParts({ start, end }: ByteRange, bytesMax: number): Generator<ByteRange> {
  for (let at = start; at < end; at += bytesMax) yield { start: at, end: Math.min(end, at + bytesMax) };
}
