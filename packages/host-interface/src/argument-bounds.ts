import { NAME_BYTES_MAX, PATH_BYTES_MAX, SYMLINKS_MAX } from '@faasm/filesystem';
import { LIMITS } from '@faasm/protocol';

/** What a guest may ask for in one host call, as an operator sets it. */
export interface ArgumentBounds {
  /** Buffers that `fd_read`, `fd_write`, `fd_pread` or `fd_pwrite` moves. */
  readonly buffers: number;
  /** Bytes that `random_get` fills. */
  readonly randomBytes: number;
  /** Subscriptions that `poll_oneoff` waits for. */
  readonly subscriptions: number;
}

/** The bounds where an operator sets none. */
export const DEFAULT_ARGUMENT_BOUNDS: ArgumentBounds = {
  buffers: LIMITS.callBuffers.default,
  randomBytes: LIMITS.randomBytes.default,
  subscriptions: LIMITS.pollSubscriptions.default,
};

/** A bound of an argument that is the same everywhere. */
export interface FixedArgumentBound {
  readonly max: number;
  readonly unit: 'bytes' | 'links';
  /** What it bounds: the calls and their argument. */
  readonly of: string;
  /** What a call beyond it comes to. */
  readonly beyond: string;
}

/** The bounds of arguments that no operator needs to move. */
export const FIXED_ARGUMENT_BOUNDS = {
  transferBytes: {
    max: 0x7fff_ffff,
    unit: 'bytes',
    of: '`fd_read`, `fd_write`, `fd_pread`, `fd_pwrite`: all buffers together, so that the number fits into `ssize_t`',
    beyond: '`inval`',
  },
  pathBytes: {
    max: PATH_BYTES_MAX,
    unit: 'bytes',
    of: '`path_*`: a path, and the target of a symbolic link; as PATH_MAX of Linux',
    beyond: '`nametoolong`',
  },
  nameBytes: {
    max: NAME_BYTES_MAX,
    unit: 'bytes',
    of: '`path_*`: a name in a path; as NAME_MAX of Linux',
    beyond: '`nametoolong`',
  },
  symlinks: {
    max: SYMLINKS_MAX,
    unit: 'links',
    of: '`path_*`: symbolic links that a path leads through',
    beyond: '`loop`',
  },
  messageBytes: {
    max: 4_096,
    unit: 'bytes',
    of: '`abort`, `console.log` of AssemblyScript: a string, in UTF-16',
    beyond: 'the rest is cut off',
  },
} as const satisfies Record<string, FixedArgumentBound>;

/** What a host call copies or fills between two checks, in bytes: some tens of microseconds. */
export const SLICE_BYTES = 65_536;
