import { byChunk, CHUNK_BYTES, type Piece } from '@faasm/state';

/** Bytes that stand next to each other in one chunk. */
export interface Run {
  readonly chunk: number;
  /** In the chunk. */
  readonly offset: number;
  readonly bytes: Buffer;
}

/** What is sent of a run besides its bytes: three numbers. */
const HEAD_BYTES = 12;

/** A piece cut where chunks begin. Copies it: what the caller shares may change until it is sent. */
export function runsOf({ offset, bytes }: Piece): Run[] {
  const copy = Buffer.from(bytes);
  const range = { start: offset, end: offset + copy.byteLength };
  return Array.from(byChunk(range), ({ chunk, start, end }) => ({
    chunk,
    offset: start - chunk * CHUNK_BYTES,
    bytes: copy.subarray(start - offset, end - offset),
  }));
}

/** How long a run is, packed. */
export function packedBytes({ bytes }: Run): number {
  return HEAD_BYTES + bytes.byteLength;
}

/** Runs one after another, as the scripts read them. */
export function packRuns(runs: readonly Run[]): Buffer {
  return Buffer.concat(
    runs.flatMap(({ chunk, offset, bytes }) => [packNumbers([chunk, offset, bytes.byteLength]), bytes]),
  );
}

/** Numbers below 2^32 one after another, as the scripts read them. */
export function packNumbers(numbers: readonly number[]): Buffer {
  const packed = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) packed.writeUInt32BE(number, 4 * i);
  return packed;
}
