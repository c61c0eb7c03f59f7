import { refuse } from '../file-error.ts';
import type { DirectoryInode } from '../nodes/directory-inode.ts';
import type { FileInode, Inode } from '../nodes/inode.ts';
import type { ReadOnlyNode } from '../read-only-tree.ts';
import { Room, type FileLimits } from '../room.ts';
import { COMMON_FILES } from './common-files.ts';
import { InodeMaker } from './inode-maker.ts';
import type { LayerEntries } from './layer.ts';
import { rename } from './rename.ts';
import { ITSELF, walk, type Place, type WalkOptions } from './walk.ts';

/** What a tree is made of. */
export interface FileTreeOptions {
  /** The function's files, a directory; it has none when undefined. */
  readonly uploaded: ReadOnlyNode | undefined;
  readonly limits: FileLimits;
  /** What the real-time clock shows, in nanoseconds since the Unix epoch. */
  readonly now: () => bigint;
}

/** What `open` is to do when there is something or nothing. */
export interface OpenOptions extends WalkOptions {
  /** Makes a file where there is none. */
  readonly create: boolean;
  /** With `create`: refuses what is there. */
  readonly exclusive: boolean;
  /** Refuses all but directories. */
  readonly directoryOnly: boolean;
  /** Refuses directories. */
  readonly writable: boolean;
  /** Empties a file. */
  readonly truncate: boolean;
}

/** Times to be set, in nanoseconds since the Unix epoch. */
export interface NewTimes {
  readonly accessedAt: bigint | undefined;
  readonly modifiedAt: bigint | undefined;
}

/** A path and the directory that it begins in. */
export interface PathFrom {
  readonly base: DirectoryInode;
  readonly path: string;
}

/**
 * The files that one call sees: those of the function over those that every function finds, and its own changes over both,
 * which nobody else sees and which end with it. Paths are a guest's: each method throws a `FileError` for what is wrong
 * with them, and for what has no room.
 */
export class FileTree {
  readonly root: DirectoryInode;
  readonly #maker: InodeMaker;
  readonly #now: () => bigint;
  readonly #room: Room;
  #hasChanged = false;

  constructor({ uploaded, limits, now }: FileTreeOptions) {
    this.#room = new Room(limits);
    this.#now = now;
    this.#maker = new InodeMaker(this.#room, now);
    this.root = this.#maker.root(layersOf(uploaded));
  }

  /** Whether anything was changed, even if it was undone. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  /** What a path means. Throws `noent` when it means nothing. */
  find(path: string, options: WalkOptions): Inode {
    return existing(walk(path, options));
  }

  /** What a path means, which is made or emptied when that is asked for; it is never a symbolic link. */
  open(path: string, options: OpenOptions): Exclude<Inode, { kind: 'symlink' }> {
    const { base, create, exclusive, directoryOnly, truncate, writable } = options;
    const isNew = create && exclusive;
    const place = walk(path, { base, follow: options.follow && !isNew });
    if (place.node === undefined && create) return this.#create(place, directoryOnly);
    if (place.node !== undefined && isNew) refuse('exist');
    if (place.node?.kind === 'symlink') refuse('loop');
    const node = existing(place);
    if (node.kind === 'symlink') return refuse('loop');
    if (node.kind === 'directory' && (writable || truncate || create)) refuse('isdir');
    if (node.kind !== 'directory' && directoryOnly) refuse('notdir');
    if (truncate && node.kind === 'file') this.setSize(node, 0);
    return node;
  }

  createDirectory({ base, path }: PathFrom): void {
    const place = vacant(walk(path, { base, follow: false }));
    this.#add(place, this.#maker.directory());
  }

  /** Makes a symbolic link. Throws `notcapable` for a target that is absolute, as it would leave where it is opened from. */
  symlink(target: string, { base, path }: PathFrom): void {
    if (target.startsWith('/')) refuse('notcapable');
    const place = vacant(walk(path, { base, follow: false }));
    if (place.isDirectory) refuse('noent');
    const node = this.#maker.symlink(target);
    this.#add(place, node);
    if (this.#room.takeBytes(node.heldBytes)) return;
    place.directory.remove(place.name);
    refuse('nospc');
  }

  /** Gives another name to something that is no directory. Throws `perm` for one. */
  link(from: PathFrom & { readonly follow: boolean }, { base, path }: PathFrom): void {
    const node = existing(walk(from.path, from));
    const place = vacant(walk(path, { base, follow: false }));
    if (place.isDirectory) refuse('noent');
    if (node.kind === 'directory') refuse('perm');
    this.#add(place, node);
    node.links += 1;
    node.changedAt = this.#now();
  }

  /** As POSIX: replaces a file by something that is no directory, and an empty directory by a directory. */
  rename(from: PathFrom, to: PathFrom): void {
    const places = {
      from: walk(from.path, { base: from.base, follow: false }),
      to: walk(to.path, { base: to.base, follow: false }),
    };
    const replaced = rename(places);
    this.#touch(places.from.directory, places.to.directory);
    if (replaced !== undefined) this.#unlinked(replaced);
  }

  /** Takes away a name of something that is no directory. Throws `isdir` for one. */
  unlink({ base, path }: PathFrom): void {
    const place = walk(path, { base, follow: false });
    if (place.node?.kind === 'directory') refuse('isdir');
    const node = existing(place);
    place.directory.remove(place.name);
    this.#touch(place.directory);
    this.#unlinked(node);
  }

  /** Removes an empty directory. Throws `notempty`, `notdir`, and `inval` for a path that ends in `.` or `..`. */
  removeDirectory({ base, path }: PathFrom): void {
    const place = walk(path, { base, follow: false });
    if (place.name === ITSELF) refuse('inval');
    const node = existing(place);
    if (node.kind !== 'directory') return refuse('notdir');
    if (!node.isEmpty) refuse('notempty');
    place.directory.remove(place.name);
    node.parent = undefined;
    this.#touch(place.directory);
    this.#unlinked(node);
  }

  /** The target of a symbolic link. Throws `inval` for anything else. */
  readLink({ base, path }: PathFrom): string {
    const node = existing(walk(path, { base, follow: false }));
    return node.kind === 'symlink' ? node.target : refuse('inval');
  }

  setTimes(node: Inode, { accessedAt, modifiedAt }: NewTimes): void {
    if (accessedAt !== undefined) node.accessedAt = accessedAt;
    if (modifiedAt !== undefined) node.modifiedAt = modifiedAt;
    node.changedAt = this.#now();
    this.#hasChanged = true;
  }

  setSize(node: FileInode, sizeBytes: number): void {
    node.content.setSize(sizeBytes);
    this.#written(node);
  }

  /** Makes sure that later writes to some bytes of a chunk find room. */
  hold(node: FileInode, offset: number, length: number): void {
    node.content.hold(offset, length);
    this.#written(node);
  }

  /** Copies `source` into a file; returns how much of it found room. */
  write(node: FileInode, offset: number, source: Uint8Array): number {
    const written = node.content.writeAt(offset, source);
    this.#written(node);
    return written;
  }

  /** A node is not open any more: its room is given back when it has no name either. */
  closed(node: Inode): void {
    node.opened -= 1;
    this.#releaseUnreachable(node);
  }

  #create(place: Place, directoryOnly: boolean): FileInode {
    if (place.isDirectory) refuse('isdir');
    if (directoryOnly) refuse('inval');
    const file = this.#maker.file();
    this.#add(place, file);
    return file;
  }

  #add({ directory, name }: Place, node: Inode): void {
    directory.add(name, node);
    this.#touch(directory);
  }

  #touch(...directories: readonly DirectoryInode[]): void {
    this.#hasChanged = true;
    const now = this.#now();
    for (const directory of directories) {
      directory.modifiedAt = now;
      directory.changedAt = now;
    }
  }

  #written(node: FileInode): void {
    const now = this.#now();
    node.modifiedAt = now;
    node.changedAt = now;
    this.#hasChanged = true;
  }

  #unlinked(node: Inode): void {
    node.links -= 1;
    node.changedAt = this.#now();
    this.#releaseUnreachable(node);
  }

  #releaseUnreachable(node: Inode): void {
    if (node.links > 0 || node.opened > 0) return;
    if (node.kind === 'file') node.content.release();
    else if (node.kind === 'symlink') this.#room.giveBytes(node.heldBytes);
  }
}

function layersOf(uploaded: ReadOnlyNode | undefined): LayerEntries[] {
  return uploaded?.kind === 'directory' ? [uploaded.entries, COMMON_FILES] : [COMMON_FILES];
}

/** What is at a place. Throws `noent` when nothing is, and `notdir` when the path can only mean a directory. */
function existing({ node, isDirectory }: Place): Inode {
  if (node === undefined) return refuse('noent');
  if (isDirectory && node.kind !== 'directory') refuse('notdir');
  return node;
}

/** Throws `exist` when something is at the place. */
function vacant(place: Place): Place {
  if (place.node !== undefined) refuse('exist');
  return place;
}
