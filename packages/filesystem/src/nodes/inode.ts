import type { Device } from './device.ts';
import type { DirectoryInode } from './directory-inode.ts';
import type { FileContent } from './file-content.ts';

/** What all inodes have. Times are in nanoseconds since the Unix epoch. */
export interface InodeFacts {
  /** Unique among those that a call sees. */
  readonly number: number;
  /** Names that it has in directories. */
  links: number;
  /** Open files that are it. */
  opened: number;
  accessedAt: bigint;
  modifiedAt: bigint;
  changedAt: bigint;
}

/** A regular file. */
export interface FileInode extends InodeFacts {
  readonly kind: 'file';
  readonly content: FileContent;
}

/** A symbolic link. */
export interface SymlinkInode extends InodeFacts {
  readonly kind: 'symlink';
  readonly target: string;
  /** What its target takes of the call's room; nothing when it was given to the function. */
  readonly heldBytes: number;
}

/** A device, whose bytes are nowhere. */
interface DeviceInode extends InodeFacts {
  readonly kind: 'device';
  readonly device: Device;
}

/** What a name in a directory can stand for. */
export type Inode = FileInode | SymlinkInode | DeviceInode | DirectoryInode;
