import { FaasmError } from '@faasm/protocol';
import type { ReadOnlyNode } from '../read-only-tree.ts';
import { bad, checkLink, pathNames } from './entry-path.ts';
import { shownPath } from './shown-path.ts';

/** How many files a function may have, and how large. */
export interface FilesBounds {
  /** Files, directories and links, those included that only lie on the way to others. */
  readonly entriesMax: number;
  /** Contents of all files together, in bytes. */
  readonly bytesMax: number;
}

type Directory = Extract<ReadOnlyNode, { kind: 'directory' }> & {
  readonly entries: Map<string, ReadOnlyNode>;
};

/** Builds a tree of what strangers sent: names that lead outside, that come twice, or that are too many are refused by name. */
export class TreeBuilder {
  readonly root: Directory = newDirectory();
  readonly #bounds: FilesBounds;
  #entries = 0;
  #bytes = 0;

  constructor(bounds: FilesBounds) {
    this.#bounds = bounds;
  }

  /** How many entries there are. */
  get entries(): number {
    return this.#entries;
  }

  /** Contents of all files together, in bytes. */
  get sizeBytes(): number {
    return this.#bytes;
  }

  /** Throws `files.invalid` or `files.too_large`. `bytes` are kept, not copied. */
  addFile(path: string, bytes: Uint8Array): void {
    const { bytesMax } = this.#bounds;
    if (this.#bytes + bytes.byteLength > bytesMax) {
      const message = `File ${shownPath(path)} of ${bytes.byteLength} bytes brings all files over the limit of ${bytesMax} bytes`;
      throw new FaasmError('files.too_large', message);
    }
    this.#put(path, { kind: 'file', bytes });
    this.#bytes += bytes.byteLength;
  }

  /** One that is there already stays. Throws as {@link addFile}. */
  addDirectory(path: string): void {
    this.#directory(path, pathNames(path));
  }

  /** A link to something outside is refused. Throws as {@link addFile}. */
  addSymlink(path: string, target: string): void {
    checkLink(path, { target, from: pathNames(path).slice(0, -1) });
    this.#put(path, { kind: 'symlink', target });
  }

  /** Another name of a file that was added before; it counts as a file of its own. Throws as {@link addFile}. */
  addHardlink(path: string, target: string): void {
    const node = this.#find(pathNames(target));
    if (node?.kind !== 'file')
      throw bad(path, `is a hard link to ${shownPath(target)}, which is no file before it`);
    this.addFile(path, node.bytes);
  }

  #put(path: string, node: ReadOnlyNode): void {
    const names = pathNames(path);
    const name = names.pop();
    if (name === undefined) throw bad(path, 'is the root, which is a directory');
    const { entries } = this.#directory(path, names);
    if (entries.has(name)) throw bad(path, 'comes twice');
    this.#count(path);
    entries.set(name, node);
  }

  #directory(path: string, names: readonly string[]): Directory {
    let directory = this.root;
    for (const [i, name] of names.entries()) {
      let next = directory.entries.get(name);
      if (next === undefined) {
        this.#count(path);
        next = newDirectory();
        directory.entries.set(name, next);
      }
      if (next.kind !== 'directory')
        throw bad(
          path,
          `has ${shownPath(names.slice(0, i + 1).join('/'))} in its path, which is no directory`,
        );
      // Only this class makes the directories of its tree.
      directory = next as Directory;
    }
    return directory;
  }

  #find(names: readonly string[]): ReadOnlyNode | undefined {
    let node: ReadOnlyNode | undefined = this.root;
    for (const name of names) node = node?.kind === 'directory' ? node.entries.get(name) : undefined;
    return node;
  }

  #count(path: string): void {
    const { entriesMax } = this.#bounds;
    if (this.#entries === entriesMax)
      throw new FaasmError(
        'files.too_large',
        `File ${shownPath(path)} is over the limit of ${entriesMax} files and directories`,
      );
    this.#entries += 1;
  }
}

function newDirectory(): Directory {
  return { kind: 'directory', entries: new Map() };
}
