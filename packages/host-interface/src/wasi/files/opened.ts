import { FIXED_ARGUMENT_BOUNDS } from '../../argument-bounds.ts';
import type { Guest } from '@faasm/faaslet';
import {
  decodePath,
  refuse,
  requireRights,
  type Descriptor,
  type DirectoryInode,
  type FileInode,
  type OpenFile,
  type PathFrom,
} from '@faasm/filesystem';

/** A path as a guest passed it. */
interface PathPointer {
  readonly pointer: number;
  readonly length: number;
}

/** The descriptor of a number, with these rights. Throws `badf` and `notcapable`. */
export function descriptorOf(guest: Guest, number: number, rights: number): Descriptor {
  return requireRights(guest.files.descriptors.get(number), rights);
}

/** A descriptor of something in a directory, no standard stream. Throws `badf`, `spipe` and `notcapable`. */
export function openFileOf(guest: Guest, number: number, rights: number): OpenFile {
  const descriptor = guest.files.descriptors.get(number);
  if (descriptor.target.kind !== 'opened') return refuse('spipe');
  requireRights(descriptor, rights);
  return descriptor.target;
}

/** The regular file of a descriptor. Throws as `openFileOf` does, `isdir` for a directory, `inval` for a device. */
export function fileOf(guest: Guest, number: number, rights: number): FileInode {
  const { node } = openFileOf(guest, number, rights);
  if (node.kind === 'file') return node;
  return refuse(node.kind === 'directory' ? 'isdir' : 'inval');
}

/** The directory of a descriptor. Throws `badf`, `notdir` and `notcapable`. */
export function directoryOf(guest: Guest, number: number, rights: number): DirectoryInode {
  const descriptor = guest.files.descriptors.get(number);
  const { target } = descriptor;
  if (target.kind !== 'opened' || target.node.kind !== 'directory') return refuse('notdir');
  requireRights(descriptor, rights);
  return target.node;
}

/** A path that a guest passed. Throws `nametoolong` and `ilseq`. */
export function pathOf({ memory }: Guest, { pointer, length }: PathPointer): string {
  memory.require(pointer, length);
  if (length >>> 0 > FIXED_ARGUMENT_BOUNDS.pathBytes.max) refuse('nametoolong');
  return decodePath(memory.read(pointer, length));
}

/** A `u64` that a guest passed as a number. Throws `inval` when it is beyond what a file can have. */
export function sizeOf(value: bigint): number {
  const size = Number(BigInt.asUintN(64, value));
  return Number.isSafeInteger(size) ? size : refuse('inval');
}

/** A path that a guest passed, and the directory that it begins in. Throws as `directoryOf` and `pathOf` do. */
export function pathFrom(
  guest: Guest,
  { fd, right, ...pointer }: PathPointer & { fd: number; right: number },
): PathFrom {
  return { base: directoryOf(guest, fd, right), path: pathOf(guest, pointer) };
}
