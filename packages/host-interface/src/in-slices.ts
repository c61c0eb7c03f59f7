import type { HostWork } from '@faasm/faaslet';
import { SLICE_BYTES } from './argument-bounds.ts';

/** Bytes of a guest's memory. */
export interface MemoryRange {
  readonly pointer: number;
  readonly length: number;
}

/** What is done with ranges of memory, and what it comes to. */
interface RangeWork<T> {
  readonly move: (range: MemoryRange) => void;
  readonly done: () => T;
}

/** Does `move` on all of the ranges; when that is a lot, in slices with checks between. */
export function inSlices<T>(ranges: readonly MemoryRange[], work: RangeWork<T>): T | HostWork<T> {
  const total = ranges.reduce((sum, { length }) => sum + length, 0);
  if (total > SLICE_BYTES) return sliceBySlice(ranges, work);
  for (const range of ranges) work.move(range);
  return work.done();
}

function* sliceBySlice<T>(ranges: readonly MemoryRange[], { move, done }: RangeWork<T>): HostWork<T> {
  for (const { pointer, length } of ranges) {
    for (let at = 0; at < length; at += SLICE_BYTES) {
      move({ pointer: pointer + at, length: Math.min(SLICE_BYTES, length - at) });
      yield undefined;
    }
  }
  return done();
}
