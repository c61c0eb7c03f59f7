import type { Guest, HostWork } from '@faasm/faaslet';
import { FileError } from '@faasm/filesystem';
import { SLICE_BYTES } from '../../argument-bounds.ts';
import type { MemoryRange } from '../../in-slices.ts';
import { ERRNO, type Errno } from '../errno.ts';
import { errnoOf } from './answering.ts';
import { buffersOf, totalOf, type BufferArray } from './buffers.ts';

/** Moves bytes out of or into a part of the guest's memory; returns how many, fewer than there are at an end. */
export type Move = (part: Uint8Array) => number;

/**
 * Moves bytes between a guest's buffers, in their order, and something else, once. What is a lot goes in slices with checks
 * between. It ends early where `move` does; what it throws counts only when nothing was moved before.
 */
export function transfer(guest: Guest, array: BufferArray, move: Move): Errno | HostWork<Errno> {
  const buffers = buffersOf(guest, array);
  if (totalOf(buffers) > SLICE_BYTES) return transferInSlices(guest, { buffers, result: array.result }, move);
  let moved = 0;
  for (const { pointer, length } of buffers) {
    const count = moveRange(guest, { pointer, length }, { move, movedBefore: moved });
    moved += count;
    if (count < length) break;
  }
  guest.memory.writeU32(array.result, moved);
  return ERRNO.success;
}

function* transferInSlices(
  guest: Guest,
  { buffers, result }: { buffers: readonly MemoryRange[]; result: number },
  move: Move,
): HostWork<Errno> {
  let moved = 0;
  try {
    for (const slice of slicesOf(buffers)) {
      const count = moveRange(guest, slice, { move, movedBefore: moved });
      moved += count;
      if (count < slice.length) break;
      yield undefined;
    }
  } catch (error) {
    return errnoOf(error);
  }
  guest.memory.writeU32(result, moved);
  return ERRNO.success;
}

function* slicesOf(buffers: readonly MemoryRange[]): Generator<MemoryRange, void, undefined> {
  for (const { pointer, length } of buffers) {
    for (let at = 0; at < length; at += SLICE_BYTES)
      yield { pointer: pointer + at, length: Math.min(SLICE_BYTES, length - at) };
  }
}

function moveRange(
  { memory }: Guest,
  { pointer, length }: MemoryRange,
  { move, movedBefore }: { move: Move; movedBefore: number },
): number {
  if (length === 0) return 0;
  let count = 0;
  try {
    memory.fill(pointer, length, (part) => {
      count = move(part);
    });
  } catch (error) {
    if (movedBefore === 0 || !(error instanceof FileError)) throw error;
  }
  return count;
}
