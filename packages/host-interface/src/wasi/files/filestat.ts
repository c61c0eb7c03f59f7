import type { Inode } from '@faasm/filesystem';
import { FILETYPE } from './flags.ts';

/** `struct filestat { u64 dev; u64 ino; u8 filetype; u64 nlink, size, atim, mtim, ctim }` */
const FILESTAT_BYTES = 64;

const OFFSET = { dev: 0, ino: 8, filetype: 16, nlink: 24, size: 32, atim: 40, mtim: 48, ctim: 56 } as const;

/** The one device that all files are on. */
const DEVICE = 1n;

/** `filetype` of what a name stands for. */
export function filetypeOf({ kind }: Inode): number {
  if (kind === 'directory') return FILETYPE.directory;
  if (kind === 'file') return FILETYPE.regularFile;
  return kind === 'symlink' ? FILETYPE.symbolicLink : FILETYPE.characterDevice;
}

/** The standard's record of an inode. */
export function encodeFilestat(node: Inode): Uint8Array {
  const view = new DataView(new ArrayBuffer(FILESTAT_BYTES));
  view.setBigUint64(OFFSET.dev, DEVICE, true);
  view.setBigUint64(OFFSET.ino, BigInt(node.number), true);
  view.setUint8(OFFSET.filetype, filetypeOf(node));
  view.setBigUint64(OFFSET.nlink, BigInt(node.links), true);
  view.setBigUint64(OFFSET.size, BigInt(sizeOf(node)), true);
  view.setBigUint64(OFFSET.atim, node.accessedAt, true);
  view.setBigUint64(OFFSET.mtim, node.modifiedAt, true);
  view.setBigUint64(OFFSET.ctim, node.changedAt, true);
  return new Uint8Array(view.buffer);
}

/** The standard's record of a standard stream, of which nothing is known but its type. */
export function encodeStreamFilestat(): Uint8Array {
  const bytes = new Uint8Array(FILESTAT_BYTES);
  bytes[OFFSET.filetype] = FILETYPE.characterDevice;
  return bytes;
}

function sizeOf(node: Inode): number {
  if (node.kind === 'file') return node.content.sizeBytes;
  return node.kind === 'symlink' ? Buffer.byteLength(node.target) : 0;
}
