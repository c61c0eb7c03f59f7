import type { ReadOnlyNode } from '../read-only-tree.ts';

/**
 * A bundle is a tree of files in one piece: a header, then contents, targets of links and directories, each directory behind
 * all that lies in it. Numbers are little-endian.
 *
 * ```
 * header     magic (8 bytes)  where the root directory is (u32)
 * directory  number of entries (u32), then for each, by name: kind (u8)  bytes of the name (u8)  where (u32)  bytes (u32)  name
 * ```
 */
const MAGIC = Buffer.from('faasmfs1');
const HEADER_BYTES = MAGIC.byteLength + 4;
const ENTRY_BYTES = 10;

/** Kinds of entries by their number. */
const KIND = { file: 0, directory: 1, symlink: 2 } as const;

type Directory = Extract<ReadOnlyNode, { kind: 'directory' }>;

/** A place in a bundle. */
interface Place {
  readonly at: number;
  readonly size: number;
}

/** Packs a tree. Equal trees give equal bytes, in whatever order they were built. */
export function packBundle(root: Directory): Buffer {
  const pieces: Uint8Array[] = [];
  let end = HEADER_BYTES;
  const append = (bytes: Uint8Array): Place => {
    pieces.push(bytes);
    const at = end;
    end += bytes.byteLength;
    return { at, size: bytes.byteLength };
  };
  const { at } = appendNode(root, append);
  const header = Buffer.alloc(HEADER_BYTES);
  header.set(MAGIC);
  header.writeUInt32LE(at, MAGIC.byteLength);
  return Buffer.concat([header, ...pieces]);
}

/**
 * The tree of a bundle, whose contents are views of `bytes`; a directory is read when its entries are asked for. Throws
 * `RangeError` for other bytes.
 */
export function openBundle(bytes: Uint8Array): ReadOnlyNode {
  const bundle = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bundle.byteLength < HEADER_BYTES || !bundle.subarray(0, MAGIC.byteLength).equals(MAGIC))
    throw new RangeError('Bundle does not begin as bundles do');
  return new BundleDirectory(bundle, bundle.readUInt32LE(MAGIC.byteLength));
}

function appendNode(node: ReadOnlyNode, append: (bytes: Uint8Array) => Place): Place {
  if (node.kind === 'file') return append(node.bytes);
  if (node.kind === 'symlink') return append(Buffer.from(node.target));
  const names = [...node.entries.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const children = names.map((name) => {
    const child = node.entries.get(name);
    if (child === undefined) throw new TypeError('A directory lost an entry while it was packed');
    const { at, size } = appendNode(child, append);
    const encoded = Buffer.from(name);
    const entry = Buffer.alloc(ENTRY_BYTES);
    entry.writeUInt8(KIND[child.kind], 0);
    entry.writeUInt8(encoded.byteLength, 1);
    entry.writeUInt32LE(at, 2);
    entry.writeUInt32LE(size, 6);
    return Buffer.concat([entry, encoded]);
  });
  const count = Buffer.alloc(4);
  count.writeUInt32LE(children.length);
  return append(Buffer.concat([count, ...children]));
}

/** A directory of a bundle, read once it is looked into: most calls look into few. */
class BundleDirectory {
  readonly kind = 'directory';
  readonly #bundle: Buffer;
  readonly #at: number;
  #entries: ReadonlyMap<string, ReadOnlyNode> | undefined;

  constructor(bundle: Buffer, at: number) {
    this.#bundle = bundle;
    this.#at = at;
  }

  get entries(): ReadonlyMap<string, ReadOnlyNode> {
    this.#entries ??= readEntries(this.#bundle, this.#at);
    return this.#entries;
  }
}

function readEntries(bundle: Buffer, directoryAt: number): ReadonlyMap<string, ReadOnlyNode> {
  const entries = new Map<string, ReadOnlyNode>();
  let at = directoryAt + 4;
  for (let left = bundle.readUInt32LE(directoryAt); left > 0; left--) {
    const nameAt = at + ENTRY_BYTES;
    const nameEnd = nameAt + bundle.readUInt8(at + 1);
    const place = { at: bundle.readUInt32LE(at + 2), size: bundle.readUInt32LE(at + 6) };
    entries.set(bundle.toString('utf8', nameAt, nameEnd), nodeAt(bundle, bundle.readUInt8(at), place));
    at = nameEnd;
  }
  return entries;
}

function nodeAt(bundle: Buffer, kind: number, { at, size }: Place): ReadOnlyNode {
  if (kind === KIND.directory) return new BundleDirectory(bundle, at);
  if (kind === KIND.symlink) return { kind: 'symlink', target: bundle.toString('utf8', at, at + size) };
  return { kind: 'file', bytes: new Uint8Array(bundle.buffer, bundle.byteOffset + at, size) };
}
