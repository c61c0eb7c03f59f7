import type { Piece } from '@faasm/state';
import type { Slab } from './messages.ts';

/** The parts that are packed into a slab. */
export function* piecesOf({ ranges, bytes }: Slab): Generator<Piece> {
  let at = 0;
  for (const { start, end } of ranges) {
    yield { offset: start, bytes: bytes.subarray(at, at + end - start) };
    at += end - start;
  }
}
