import type { Clock } from '@faasm/stdx';
import type { StateHost } from './call/state-session.ts';
import type { GlobalTier } from './global-tier.ts';
import { LocalTier } from './local/local-tier.ts';
import type { Regions } from './local/regions.ts';
import { GlobalLocks } from './locks/global-locks.ts';
import { LocalLocks } from './locks/local-locks.ts';

/** What a host's state is made of. */
export interface StateHostOptions {
  readonly global: GlobalTier;
  readonly regions: Regions;
  readonly clock: Clock;
  /** Largest value, in bytes. */
  readonly valueBytesMax: number;
  /** Memory of the local tier, in bytes; beyond it unused values that were not changed go. */
  readonly localBytesMax: number;
  /** After which a global lock is lost whose host has gone silent, in milliseconds. */
  readonly leaseMs: number;
}

/** The local tier and the locks of a host. */
export function openStateHost(options: StateHostOptions): StateHost {
  const { global, regions, clock, valueBytesMax, localBytesMax, leaseMs } = options;
  const local = new LocalTier({ global, regions, valueBytesMax, bytesMax: localBytesMax });
  const globalLocks = new GlobalLocks({
    global,
    clock,
    leaseMs,
    // What the holder wrote must not leave this host (I7).
    onLost: (key) => {
      const value = local.peek(key);
      if (value !== undefined) local.lose(value);
    },
  });
  return { local, localLocks: new LocalLocks(), globalLocks };
}
