import { refuse } from '@faasm/filesystem';

/** `fdflags` of the standard. */
export const FDFLAGS = { append: 1, dsync: 2, nonblock: 4, rsync: 8, sync: 16 } as const;

/** All of {@link FDFLAGS}: files are in memory, so that writes are done when they return, and never block. */
export const FDFLAGS_ALL = 31;

/** `oflags` of the standard. */
export const OFLAGS = { creat: 1, directory: 2, excl: 4, trunc: 8 } as const;

/** All of {@link OFLAGS}. */
export const OFLAGS_ALL = 15;

/** `lookupflags.symlink_follow`, the only one. */
const SYMLINK_FOLLOW = 1;

/** `fstflags` of the standard. */
export const FSTFLAGS = { atim: 1, atimNow: 2, mtim: 4, mtimNow: 8 } as const;

/** All of {@link FSTFLAGS}. */
export const FSTFLAGS_ALL = 15;

/** `filetype` of the standard. */
export const FILETYPE = {
  characterDevice: 2,
  directory: 3,
  regularFile: 4,
  symbolicLink: 7,
} as const;

/** Flags that a guest passed. Throws `inval` for one that the standard does not have. */
export function knownFlags(flags: number, all: number): number {
  return (flags & ~all) === 0 ? flags : refuse('inval');
}

/** Whether `lookupflags` say that a symbolic link at the end is followed. Throws `inval`. */
export function follows(lookupflags: number): boolean {
  return knownFlags(lookupflags, SYMLINK_FOLLOW) !== 0;
}
