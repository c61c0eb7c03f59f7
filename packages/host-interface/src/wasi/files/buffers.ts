import type { Guest } from '@faasm/faaslet';
import { refuse } from '@faasm/filesystem';
import { ARGUMENT_BOUNDS } from '../../argument-bounds.ts';
import type { MemoryRange } from '../../in-slices.ts';

const IOVEC_BYTES = 8;

/** Where a guest has its array of buffers, and where it wants the number of bytes that were moved. */
export interface BufferArray {
  readonly iovs: number;
  readonly count: number;
  readonly result: number;
}

/**
 * The buffers that a guest passed, out of one copy of its array. Throws `inval` when they are over the bounds. Bad pointers
 * end the guest before anything is moved, one of the `result` too.
 */
export function buffersOf({ memory }: Guest, { iovs, count, result }: BufferArray): MemoryRange[] {
  const size = count >>> 0;
  if (size > ARGUMENT_BOUNDS.buffers.max) refuse('inval');
  const array = memory.read(iovs, size * IOVEC_BYTES);
  const view = new DataView(array.buffer);
  const buffers: MemoryRange[] = [];
  for (let at = 0; at < array.byteLength; at += IOVEC_BYTES) {
    const pointer = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    memory.require(pointer, length);
    buffers.push({ pointer, length });
  }
  memory.require(result, Uint32Array.BYTES_PER_ELEMENT);
  if (totalOf(buffers) > ARGUMENT_BOUNDS.transferBytes.max) refuse('inval');
  return buffers;
}

/** Bytes of all buffers. */
export function totalOf(buffers: readonly MemoryRange[]): number {
  let total = 0;
  for (const { length } of buffers) total += length;
  return total;
}
