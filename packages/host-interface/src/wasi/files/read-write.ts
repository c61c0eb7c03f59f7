import type { Guest, HostWork } from '@faasm/faaslet';
import { refuse, requireRights, RIGHT, type FileTree, type OpenFile } from '@faasm/filesystem';
import type { ArgumentBounds } from '../../argument-bounds.ts';
import type { CurrentGuest, HostFamily } from '../../host-function.ts';
import type { Errno } from '../errno.ts';
import { answering } from './answering.ts';
import { FDFLAGS } from './flags.ts';
import { openFileOf, sizeOf } from './opened.ts';
import { transfer, type Move } from './transfer.ts';

/** `fd_read`, `fd_write`, `fd_pread` and `fd_pwrite`. */
export function readWrite(current: CurrentGuest, bounds: ArgumentBounds): HostFamily {
  const { buffers: buffersMax } = bounds;
  return answering({
    /** `errno fd_read(fd, const iovec *iovs, size iovs_len, size *nread)` */
    fd_read: (fd: number, iovs: number, count: number, result: number): Errno | HostWork<Errno> => {
      const guest = current();
      return transfer(guest, { iovs, count, result, buffersMax }, reader(guest, fd));
    },

    /** `errno fd_write(fd, const ciovec *iovs, size iovs_len, size *nwritten)` */
    fd_write: (fd: number, iovs: number, count: number, result: number): Errno | HostWork<Errno> => {
      const guest = current();
      return transfer(guest, { iovs, count, result, buffersMax }, writer(guest, fd));
    },

    /** `errno fd_pread(fd, const iovec *iovs, size iovs_len, filesize offset, size *nread)` */
    fd_pread: (fd: number, iovs: number, count: number, offset: bigint, result: number) => {
      const guest = current();
      const file = openFileOf(guest, fd, RIGHT.fdRead | RIGHT.fdSeek);
      return transfer(
        guest,
        { iovs, count, result, buffersMax },
        fileReader(file, { offset: sizeOf(offset) }),
      );
    },

    /** `errno fd_pwrite(fd, const ciovec *iovs, size iovs_len, filesize offset, size *nwritten)`; at the end with `append`. */
    fd_pwrite: (fd: number, iovs: number, count: number, offset: bigint, result: number) => {
      const guest = current();
      const file = openFileOf(guest, fd, RIGHT.fdWrite | RIGHT.fdSeek);
      const write = fileWriter(guest.files.tree, file, { offset: sizeOf(offset) });
      return transfer(guest, { iovs, count, result, buffersMax }, write);
    },
  });
}

/** What a read on a descriptor takes from. Throws `badf` and `notcapable`. */
function reader(guest: Guest, fd: number): Move {
  const descriptor = guest.files.descriptors.get(fd);
  const { target } = descriptor;
  if (target.kind === 'stdout' || target.kind === 'stderr') return refuse('badf');
  requireRights(descriptor, RIGHT.fdRead);
  return target.kind === 'opened' ? fileReader(target, target) : inputReader(guest);
}

function inputReader(guest: Guest): Move {
  const { input } = guest.options;
  return (part) => {
    const bytes = input.subarray(guest.stdinOffset, guest.stdinOffset + part.byteLength);
    part.set(bytes);
    guest.stdinOffset += bytes.byteLength;
    return bytes.byteLength;
  };
}

/** `at` moves on with what is read. */
function fileReader({ node }: OpenFile, at: { offset: number }): Move {
  if (node.kind === 'directory') return refuse('isdir');
  if (node.kind === 'device') return node.device.read;
  return (part) => {
    const count = node.content.readAt(at.offset, part);
    at.offset += count;
    return count;
  };
}

/** What a write on a descriptor goes to. Throws `badf` and `notcapable`. */
function writer(guest: Guest, fd: number): Move {
  const descriptor = guest.files.descriptors.get(fd);
  const { target } = descriptor;
  if (target.kind === 'stdin') return refuse('badf');
  requireRights(descriptor, RIGHT.fdWrite);
  if (target.kind === 'opened') return fileWriter(guest.files.tree, target, target);
  return (part) => {
    if (target.kind === 'stdout') guest.writeStdout(part);
    else guest.writeStderr(part);
    return part.byteLength;
  };
}

/** `at` moves on with what is written; a file that is appended to is written at its end. */
function fileWriter(tree: FileTree, { node, flags }: OpenFile, at: { offset: number }): Move {
  if (node.kind === 'directory') return refuse('isdir');
  if (node.kind === 'device') return (part) => part.byteLength;
  const appends = (flags & FDFLAGS.append) !== 0;
  return (part) => {
    if (appends) at.offset = node.content.sizeBytes;
    const count = tree.write(node, at.offset, part);
    at.offset += count;
    return count;
  };
}
