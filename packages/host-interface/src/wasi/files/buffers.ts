import type { Guest } from '@faasm/faaslet';
import { refuse } from '@faasm/filesystem';
import { FIXED_ARGUMENT_BOUNDS } from '../../argument-bounds.ts';
import type { MemoryRange } from '../../in-slices.ts';

const IOVEC_BYTES = 8;

/** Where a guest has its array of buffers, and where it wants the number of bytes that were moved. */
export interface BufferArray {
  readonly iovs: number;
  readonly count: number;
  readonly result: number;
  /** How many buffers it may have. */
  readonly buffersMax: number;
}

/**
 * The buffers that a guest passed, read before anything is moved. Throws `inval` when they are over the bounds. Bad pointers
 * end the guest, one of the `result` too.
 */
export function buffersOf(
  { memory }: Guest,
  { iovs, count, result, buffersMax }: BufferArray,
): MemoryRange[] {
  const size = count >>> 0;
  if (size > buffersMax) refuse('inval');
  memory.require(iovs, size * IOVEC_BYTES);
  memory.require(result, Uint32Array.BYTES_PER_ELEMENT);
  const buffers: MemoryRange[] = [];
  const start = iovs >>> 0;
  for (let at = start; at < start + size * IOVEC_BYTES; at += IOVEC_BYTES) {
    const pointer = memory.readU32(at);
    const length = memory.readU32(at + 4);
    memory.require(pointer, length);
    buffers.push({ pointer, length });
  }
  if (totalOf(buffers) > FIXED_ARGUMENT_BOUNDS.transferBytes.max) refuse('inval');
  return buffers;
}

/** Bytes of all buffers. */
export function totalOf(buffers: readonly MemoryRange[]): number {
  let total = 0;
  for (const { length } of buffers) total += length;
  return total;
}
