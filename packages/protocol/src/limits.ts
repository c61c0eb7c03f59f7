const KIB = 1024;
const MIB = 1024 * KIB;

/** A bound that an operator may move, up to a maximum that the implementation was made for. */
export interface Bound {
  readonly default: number;
  readonly max: number;
  readonly unit: 'bytes' | 'ms' | 'calls' | 'results';
}

/** Every limit that callers and guests meet. The settings of the services take their defaults from here. */
export const LIMITS = {
  inputBytes: { default: 6 * MIB, max: 64 * MIB, unit: 'bytes' },
  outputBytes: { default: 6 * MIB, max: 64 * MIB, unit: 'bytes' },
  /** Linear memory of one Faaslet. */
  memoryBytes: { default: 128 * MIB, max: 4096 * MIB, unit: 'bytes' },
  /** Kept of standard output and of standard error, each: the last bytes. */
  logBytes: { default: 64 * KIB, max: MIB, unit: 'bytes' },
  moduleBytes: { default: 64 * MIB, max: 256 * MIB, unit: 'bytes' },
  deadlineMs: { default: 60_000, max: 3_600_000, unit: 'ms' },
  queuedCalls: { default: 10_000, max: 1_000_000, unit: 'calls' },
  outstandingCallsPerUser: { default: 5_000, max: 1_000_000, unit: 'calls' },
  resultTtlMs: { default: 3_600_000, max: 7 * 86_400_000, unit: 'ms' },
} as const satisfies Record<string, Bound>;
