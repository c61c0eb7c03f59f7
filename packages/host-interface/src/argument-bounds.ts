import { NAME_BYTES_MAX, PATH_BYTES_MAX, SYMLINKS_MAX } from '@faasm/filesystem';

/** A bound of what a guest may ask for in one host call. */
export interface ArgumentBound {
  readonly max: number;
  readonly unit: 'buffers' | 'bytes' | 'links' | 'subscriptions';
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
    of: '`fd_read`, `fd_write`, `fd_pread`, `fd_pwrite`: `iovs_len`; as IOV_MAX of Linux',
    beyond: '`inval`',
  },
  transferBytes: {
    max: 0x7fff_ffff,
    unit: 'bytes',
    of: 'the same: all buffers together, so that the number fits into `ssize_t`',
    beyond: '`inval`',
  },
  subscriptions: {
    max: 1_024,
    unit: 'subscriptions',
    of: '`poll_oneoff`: `nsubscriptions`',
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
} as const satisfies Record<string, ArgumentBound>;

/** What a host call copies or fills between two checks, in bytes: some tens of microseconds. */
export const SLICE_BYTES = 65_536;
