import { EMPTY_BYTES } from './bytes.ts';

/** Copies lie in buffers of this size, in bytes; larger ones than a sixteenth of it have one of their own. */
const POOL_BYTES = 65_536;
const POOLED_BYTES_MAX = POOL_BYTES / 16;

/** Copies begin at multiples of this. */
const ALIGNMENT = 8;

let pool = new ArrayBuffer(0);
let used = 0;

/**
 * A copy of the bytes from `start` to `end`. Small ones share a buffer, because making one costs more than the copy: it
 * lives as long as the last of them, so that whoever keeps a copy for long should keep a `slice` of it instead.
 */
export function pooledCopy(bytes: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
  const length = end - start;
  if (length === 0) return EMPTY_BYTES;
  if (length > POOLED_BYTES_MAX) return new Uint8Array(bytes.subarray(start, end));
  const copy = new Uint8Array(room(length), used, length);
  used += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
  copy.set(bytes.subarray(start, end));
  return copy;
}

/** Whether `bytes` is all of its buffer, and not one of several that share it. */
export function ownsBuffer(bytes: Uint8Array): boolean {
  return bytes.byteLength === bytes.buffer.byteLength;
}

function room(length: number): ArrayBuffer {
  if (used + length > pool.byteLength) {
    pool = new ArrayBuffer(POOL_BYTES);
    used = 0;
  }
  return pool;
}
