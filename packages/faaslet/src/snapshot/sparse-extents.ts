import type { Extent } from '../memory/memory-mapper.ts';

/** Size of the blocks that are kept or left out: a page of the operating system. */
export const BLOCK_BYTES = 4_096;

const ZEROS = new Uint8Array(BLOCK_BYTES);

/** Copies of the blocks of `memory` that are not all zero, neighbours in one extent. Its length is a multiple of 4 KiB. */
export function sparseExtents(memory: Uint8Array): Extent[] {
  const extents: Extent[] = [];
  let start = -1;
  for (let at = 0; at <= memory.byteLength; at += BLOCK_BYTES) {
    const used = at < memory.byteLength && Buffer.compare(memory.subarray(at, at + BLOCK_BYTES), ZEROS) !== 0;
    if (used && start < 0) start = at;
    if (used || start < 0) continue;
    extents.push({ offset: start, bytes: memory.slice(start, at) });
    start = -1;
  }
  return extents;
}
