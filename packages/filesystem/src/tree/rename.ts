import { refuse } from '../file-error.ts';
import type { DirectoryInode } from '../nodes/directory-inode.ts';
import type { Inode } from '../nodes/inode.ts';
import { ITSELF, type Place } from './walk.ts';

/** Moves what is at one place to another, as POSIX says; returns what was there and has lost its name. */
export function rename({ from, to }: { from: Place; to: Place }): Inode | undefined {
  if (from.name === ITSELF || to.name === ITSELF) refuse('inval');
  const { node } = from;
  if (node === undefined) return refuse('noent');
  if (node.kind !== 'directory' && (from.isDirectory || to.isDirectory)) refuse('notdir');
  if (node === to.node) return undefined;
  if (to.directory.links === 0) refuse('noent');
  if (node.kind === 'directory' && isWithin(to.directory, node)) refuse('inval');
  const replaced = to.node;
  if (replaced !== undefined) checkReplacement(node, replaced);
  if (replaced !== undefined) to.directory.remove(to.name);
  from.directory.move(from.name, to);
  if (replaced?.kind === 'directory') replaced.parent = undefined;
  return replaced;
}

function checkReplacement(node: Inode, replaced: Inode): void {
  if (node.kind === 'directory') {
    if (replaced.kind !== 'directory') refuse('notdir');
    else if (!replaced.isEmpty) refuse('notempty');
  } else if (replaced.kind === 'directory') refuse('isdir');
}

function isWithin(directory: DirectoryInode, ancestor: DirectoryInode): boolean {
  for (let at: DirectoryInode | undefined = directory; at !== undefined; at = at.parent) {
    if (at === ancestor) return true;
  }
  return false;
}
