import { MemoryGlobalTier } from '@faasm/adapter-memory';
import type { GlobalTier } from '@faasm/state';
import type { Clock } from '@faasm/stdx';

/** Where the standalone server keeps state values: in its memory, until it ends. */
export function openGlobalTier(clock: Clock): GlobalTier {
  return new MemoryGlobalTier(clock);
}
