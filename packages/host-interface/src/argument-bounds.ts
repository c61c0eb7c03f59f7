/** A bound of what a guest may ask for in one host call. */
export interface ArgumentBound {
  readonly max: number;
  readonly unit: 'buffers' | 'bytes' | 'subscriptions';
  /** What it bounds: the calls and their argument. */
  readonly of: string;
  /** What a call beyond it comes to. */
  readonly beyond: string;
}

/** The bounds of arguments that no operator needs to move: they only keep one host call from being a long one. */
export const ARGUMENT_BOUNDS = {
  buffers: {
    max: 1_024,
    unit: 'buffers',
    of: '`fd_read`, `fd_write`: `iovs_len`; as IOV_MAX of Linux',
    beyond: '`inval`',
  },
  transferBytes: {
    max: 0x7fff_ffff,
    unit: 'bytes',
    of: '`fd_read`, `fd_write`: all buffers together, so that the number fits into `ssize_t`',
    beyond: '`inval`',
  },
  subscriptions: {
    max: 1_024,
    unit: 'subscriptions',
    of: '`poll_oneoff`: `nsubscriptions`',
    beyond: '`inval`',
  },
  messageBytes: {
    max: 4_096,
    unit: 'bytes',
    of: '`abort`, `console.log` of AssemblyScript: a string, in UTF-16',
    beyond: 'the rest is cut off',
  },
} as const satisfies Record<string, ArgumentBound>;

/** What a host call copies or fills between two checks, in bytes: some tens of microseconds. */
export const SLICE_BYTES = 65_536;
