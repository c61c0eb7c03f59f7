import { LIMITS } from '@faasm/protocol';
import type { Setting } from './setting.ts';

const MIB = 1024 * 1024;

/** The settings of shared state. */
export const STATE_SETTINGS = {
  STATE_LIMIT_BYTES: {
    kind: 'integer',
    unit: 'bytes',
    default: LIMITS.stateBytes.default,
    min: 1,
    max: LIMITS.stateBytes.max,
    services: ['start', 'edge', 'worker'],
    description: 'Largest state value.',
  },
  STATE_MAPPED_BYTES: {
    kind: 'integer',
    unit: 'bytes',
    default: LIMITS.mappedBytes.default,
    min: 65_536,
    max: LIMITS.mappedBytes.max,
    services: ['start', 'worker'],
    description:
      'State that one call has pointers to at once. It lies above `MEMORY_LIMIT_BYTES`, within the 4 GiB that a function can address.',
  },
  STATE_HOST_BYTES: {
    kind: 'integer',
    unit: 'bytes',
    default: 2_048 * MIB,
    min: MIB,
    max: 1024 * 1024 * MIB,
    services: ['start', 'worker'],
    description:
      'Memory that the state values of a host take, in total; a value that is mapped takes twice its size. Beyond it those go that no call uses and that were not changed, the longest unused first; then calls are refused.',
  },
  STATE_LOCK_LEASE: {
    kind: 'integer',
    unit: 'ms',
    default: 10_000,
    min: 200,
    max: 600_000,
    services: ['start', 'worker'],
    description:
      'How long a host may be silent before the global locks of its calls are lost. It renews them at a third of this.',
  },
} as const satisfies Record<string, Setting>;
