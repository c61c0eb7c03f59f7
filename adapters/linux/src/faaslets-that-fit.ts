import { readFileSync } from 'node:fs';

/** Memory mappings that a Faaslet may take: its image, what grew above it, what is closed, and the end of the reservation. */
const MAPPINGS_PER_FAASLET = 4;

/** Share of the mappings that is left to everything else. */
const HEADROOM = 0.2;

/** What Linux allows a process unless it was told otherwise. */
const MAX_MAP_COUNT_DEFAULT = 65_530;

/** How many Faaslets a process has mappings for: a process that runs out of them is ended by V8. */
export function faasletsThatFit(maxMapCountFile = '/proc/sys/vm/max_map_count'): number {
  return Math.max(1, Math.floor((maxMapCount(maxMapCountFile) * (1 - HEADROOM)) / MAPPINGS_PER_FAASLET));
}

function maxMapCount(file: string): number {
  try {
    const count = Number(readFileSync(file, 'utf8'));
    return Number.isSafeInteger(count) ? count : MAX_MAP_COUNT_DEFAULT;
  } catch {
    // Some containers hide it; the default holds there as anywhere.
    return MAX_MAP_COUNT_DEFAULT;
  }
}
