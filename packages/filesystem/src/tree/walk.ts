import { refuse } from '../file-error.ts';
import type { DirectoryInode } from '../nodes/directory-inode.ts';
import type { Inode } from '../nodes/inode.ts';
import { splitPath } from './path.ts';

/** Symbolic links that a path may lead through; as MAXSYMLINKS of Linux. */
export const SYMLINKS_MAX = 40;

/** The name of a place that is the directory itself. */
export const ITSELF = '.';

/** Where a path leads. */
export interface Place {
  readonly directory: DirectoryInode;
  /** In the directory; {@link ITSELF} when the path ends there. */
  readonly name: string;
  /** What has the name. */
  readonly node: Inode | undefined;
  /** Whether the path can only mean a directory, because of a slash at its end. */
  readonly isDirectory: boolean;
}

/** From where a path is followed, and how. */
export interface WalkOptions {
  /** The path does not lead out of it. */
  readonly base: DirectoryInode;
  /** Whether a symbolic link at its end is followed. */
  readonly follow: boolean;
}

/**
 * Follows a path. Throws `notcapable` where it would leave `base`, by `..` or as an absolute one, `noent` and `notdir` where
 * it does not go on, `loop` after too many symbolic links, and as `splitPath` does. An absolute symbolic link is followed
 * only from the root, where it stays inside.
 */
export function walk(path: string, { base, follow }: WalkOptions): Place {
  const whole = splitPath(path);
  if (whole.isAbsolute) refuse('notcapable');
  const pending = whole.names.toReversed();
  let { isDirectory } = whole;
  let directory = base;
  let symlinks = 0;
  for (;;) {
    const name = pending.pop();
    if (name === undefined) return { directory, name: ITSELF, node: directory, isDirectory: true };
    if (name === '.') continue;
    if (name === '..') {
      directory = parentWithin(directory, base);
      continue;
    }
    const node = directory.lookUp(name);
    const isLast = pending.length === 0;
    if (node?.kind === 'symlink' && (!isLast || follow || isDirectory)) {
      symlinks += 1;
      if (symlinks > SYMLINKS_MAX) refuse('loop');
      const target = splitPath(node.target);
      if (target.isAbsolute) directory = rootOf(base);
      if (isLast) isDirectory ||= target.isDirectory;
      pending.push(...target.names.toReversed());
      continue;
    }
    if (isLast) return { directory, name, node, isDirectory };
    if (node === undefined) return refuse('noent');
    if (node.kind !== 'directory') return refuse('notdir');
    directory = node;
  }
}

function parentWithin(directory: DirectoryInode, base: DirectoryInode): DirectoryInode {
  if (directory === base) refuse('notcapable');
  return directory.parent ?? refuse('noent');
}

/** Only the root itself can be gone back to. */
function rootOf(base: DirectoryInode): DirectoryInode {
  return base.parent === undefined && base.links > 0 ? base : refuse('notcapable');
}
