import { readFileSync } from 'node:fs';

/**
 * Memory mappings that a Faaslet may take beside its regions: its image, what grew above it, what is closed before its
 * window and behind it, and the end of the reservation.
 */
const MAPPINGS_PER_FAASLET = 5;

/** Share of the mappings that is left to everything else. */
const HEADROOM = 0.2;

/** Share of the others that regions of state have however many Faaslets are wanted. */
const REGIONS_SHARE = 0.25;

/** What Linux allows a process unless it was told otherwise. */
const MAX_MAP_COUNT_DEFAULT = 65_530;

/** What a process has memory mappings for. */
export interface MappingsThatFit {
  readonly faaslets: number;
  /** Regions that are mapped in all those Faaslets at once; each takes a mapping. */
  readonly regions: number;
}

/** What a process has mappings for that is to have so many Faaslets: one that runs out of them is ended by V8. */
export function mappingsThatFit(
  faasletsWanted: number,
  maxMapCountFile = '/proc/sys/vm/max_map_count',
): MappingsThatFit {
  const all = Math.floor(maxMapCount(maxMapCountFile) * (1 - HEADROOM));
  const fitting = Math.max(1, Math.floor((all * (1 - REGIONS_SHARE)) / MAPPINGS_PER_FAASLET));
  const faaslets = Math.min(faasletsWanted, fitting);
  return { faaslets, regions: Math.max(1, all - faaslets * MAPPINGS_PER_FAASLET) };
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
