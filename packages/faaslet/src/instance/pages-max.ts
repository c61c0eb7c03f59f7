import { PAGE_BYTES } from '../module/memory-type.ts';
import type { PreparedFacts } from '../module/prepare/prepared-facts.ts';

/** How far the memory of a module may grow, in pages: as it declares, within the host's limit in bytes. */
export function pagesMax({ memory }: PreparedFacts, memoryBytesMax: number): number {
  return Math.min(memory?.maxPages ?? Infinity, Math.floor(memoryBytesMax / PAGE_BYTES));
}
