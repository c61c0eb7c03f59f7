import { refuse } from '../file-error.ts';
import type { Inode } from '../nodes/inode.ts';
import type { DirectoryListing } from './directory-listing.ts';

/** What can be open: all but symbolic links. */
export type OpenNode = Exclude<Inode, { kind: 'symlink' }>;

/** Something that was opened; descriptors that were duplicated share it. */
export interface OpenFile {
  readonly kind: 'opened';
  readonly node: OpenNode;
  /** Where the next read or write begins, in bytes. */
  offset: number;
  /** `fdflags` of WASI preview 1. */
  flags: number;
  /** Of a directory. */
  readonly listing: DirectoryListing | undefined;
  /** Descriptors that are open on it. */
  descriptors: number;
}

/** One of the three that every call has open: its input, and its two logs. */
export interface StandardStream {
  readonly kind: 'stdin' | 'stdout' | 'stderr';
  /** As of an open file; they have no effect. */
  flags: number;
}

/** What a descriptor number stands for. */
export interface Descriptor {
  readonly target: OpenFile | StandardStream;
  /** `rights` of what can be done with it. */
  rights: number;
  /** `rights` of what is opened from it, at most. */
  inheriting: number;
  /** The name under which it was opened for the guest; undefined for those that the guest opened. */
  readonly preopened: string | undefined;
}

/** Throws `notcapable` when the descriptor lacks one of `rights`. */
export function requireRights(descriptor: Descriptor, rights: number): Descriptor {
  if ((descriptor.rights & rights) !== rights) refuse('notcapable');
  return descriptor;
}
