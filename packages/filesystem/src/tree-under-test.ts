import { utf8 } from '@faasm/stdx';
import { FileError } from './file-error.ts';
import type { ReadOnlyNode } from './read-only-tree.ts';
import { FILE_LIMITS, type FileLimits } from './room.ts';
import { FileTree } from './tree/file-tree.ts';

/** A directory of a tree that was given to a function. */
export function directory(entries: Readonly<Record<string, ReadOnlyNode>>): ReadOnlyNode {
  return { kind: 'directory', entries: new Map(Object.entries(entries)) };
}

/** A file of such a tree. */
export function file(content: string): ReadOnlyNode {
  return { kind: 'file', bytes: utf8(content) };
}

/** A symbolic link of such a tree. */
export function symlink(target: string): ReadOnlyNode {
  return { kind: 'symlink', target };
}

/** The files of a call; its clock counts what it is asked. */
export function treeOf(uploaded: ReadOnlyNode | undefined, limits: Partial<FileLimits> = {}): FileTree {
  let now = 1_000n;
  return new FileTree({
    uploaded,
    limits: { ...FILE_LIMITS, ...limits },
    now: () => {
      now += 1n;
      return now;
    },
  });
}

/** What `work` returns, or the code of the file error that it throws. */
export function codeOf(work: () => string | undefined): string {
  try {
    return work() ?? 'done';
  } catch (error) {
    if (error instanceof FileError) return error.code;
    throw error;
  }
}
