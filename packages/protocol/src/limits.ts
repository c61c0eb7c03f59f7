const KIB = 1024;
const MIB = 1024 * KIB;

/** A bound that an operator may move, up to a maximum that the implementation was made for. */
export interface Bound {
  readonly default: number;
  readonly max: number;
  readonly unit:
    | 'bytes'
    | 'KiB'
    | 'ms'
    | 'calls'
    | 'results'
    | 'faaslets'
    | 'entries'
    | 'descriptors'
    | 'buffers'
    | 'subscriptions';
}

/** Every limit that callers and guests meet. The settings of the services take their defaults from here. */
export const LIMITS = {
  inputBytes: { default: 6 * MIB, max: 64 * MIB, unit: 'bytes' },
  outputBytes: { default: 6 * MIB, max: 64 * MIB, unit: 'bytes' },
  /** Linear memory of one Faaslet; of the 4 GiB that a guest can address, the rest is for mapped state. */
  memoryBytes: { default: 128 * MIB, max: 3072 * MIB, unit: 'bytes' },
  /** What a guest's calls nest on. V8 gives no more than the largest, whatever it is told. */
  guestStackKib: { default: 512, max: 944, unit: 'KiB' },
  /** Of one process. The address space of a process has room for about 16,000 memories. */
  faaslets: { default: 4_096, max: 12_000, unit: 'faaslets' },
  /** Of one version of a function in one process. */
  functionFaaslets: { default: 1_024, max: 12_000, unit: 'faaslets' },
  faasletIdleMs: { default: 60_000, max: 86_400_000, unit: 'ms' },
  /** Kept of standard output and of standard error, each: the last bytes. */
  logBytes: { default: 64 * KIB, max: MIB, unit: 'bytes' },
  /** That one host call moves, as IOV_MAX of Linux; to move the most of them takes some milliseconds, without a check between. */
  callBuffers: { default: 1_024, max: 4_096, unit: 'buffers' },
  /** That one host call fills, as `getrandom` of Linux. */
  randomBytes: { default: 32 * MIB, max: 3072 * MIB, unit: 'bytes' },
  /** That one host call waits for; to look at the most of them takes some milliseconds, without a check between. */
  pollSubscriptions: { default: 1_024, max: 4_096, unit: 'subscriptions' },
  moduleBytes: { default: 64 * MIB, max: 256 * MIB, unit: 'bytes' },
  /** Files of a version: contents of all together, and how many files, directories and links. */
  filesBytes: { default: 64 * MIB, max: 512 * MIB, unit: 'bytes' },
  filesEntries: { default: 20_000, max: 100_000, unit: 'entries' },
  /** What one call holds in the files that it writes, and the names that it adds to directories. */
  writtenBytes: { default: 64 * MIB, max: 1024 * MIB, unit: 'bytes' },
  writtenEntries: { default: 10_000, max: 1_000_000, unit: 'entries' },
  /** Of one call, with the 5 that it finds open. */
  descriptors: { default: 64, max: 4_096, unit: 'descriptors' },
  deadlineMs: { default: 60_000, max: 3_600_000, unit: 'ms' },
  /** Of one state value: guests count its bytes in 32 bits, and it has no chunk that ends beyond them. */
  stateBytes: { default: 1024 * MIB, max: 4096 * MIB - 64 * KIB, unit: 'bytes' },
  /** Of all state values that one call has pointers to. */
  mappedBytes: { default: 1024 * MIB, max: 3072 * MIB, unit: 'bytes' },
  queuedCalls: { default: 10_000, max: 1_000_000, unit: 'calls' },
  /** Inputs of calls that have not ended: a full queue of the largest ones would be 60 GB. */
  queuedBytes: { default: 256 * MIB, max: 64 * KIB * MIB, unit: 'bytes' },
  outstandingCallsPerUser: { default: 5_000, max: 1_000_000, unit: 'calls' },
  resultTtlMs: { default: 3_600_000, max: 7 * 86_400_000, unit: 'ms' },
} as const satisfies Record<string, Bound>;
