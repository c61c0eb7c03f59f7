import type { Guest, HostWork } from '@faasm/faaslet';
import { CHUNK_BYTES, refuse, RIGHT, type FileInode } from '@faasm/filesystem';
import type { CurrentGuest, HostFamily } from '../../host-function.ts';
import { ERRNO, type Errno } from '../errno.ts';
import { answering, errnoOf } from './answering.ts';
import { fileOf, openFileOf, sizeOf } from './opened.ts';

/** `whence` of the standard. */
const WHENCE = { set: 0, cur: 1, end: 2 } as const;

/** The number of `advice` that the standard has. */
const ADVICES = 6;

/** Where a file is read and written, and how much room it has. */
export function positionCalls(current: CurrentGuest): HostFamily {
  const synced = (fd: number, right: number): undefined => {
    openFileOf(current(), fd, right);
    return undefined;
  };
  return answering({
    /** `errno fd_seek(fd, filedelta offset, whence, filesize *newoffset)` */
    fd_seek: (fd: number, delta: bigint, whence: number, result: number) => {
      const guest = current();
      const isQuestion = delta === 0n && whence === WHENCE.cur;
      const file = openFileOf(guest, fd, isQuestion ? RIGHT.fdTell : RIGHT.fdSeek);
      if (file.node.kind === 'directory') refuse('isdir');
      const size = file.node.kind === 'file' ? file.node.content.sizeBytes : 0;
      const from = { [WHENCE.set]: 0, [WHENCE.cur]: file.offset, [WHENCE.end]: size }[whence];
      const offset = (from ?? refuse('inval')) + Number(BigInt.asIntN(64, delta));
      if (offset < 0 || !Number.isSafeInteger(offset)) refuse('inval');
      guest.memory.writeU64(result, BigInt(offset));
      file.offset = offset;
      return undefined;
    },

    /** `errno fd_tell(fd, filesize *offset)` */
    fd_tell: (fd: number, result: number) => {
      const guest = current();
      guest.memory.writeU64(result, BigInt(openFileOf(guest, fd, RIGHT.fdTell).offset));
      return undefined;
    },

    /** `errno fd_advise(fd, filesize offset, filesize len, advice)`: files are in memory, so that no advice helps. */
    fd_advise: (fd: number, _offset: bigint, _length: bigint, advice: number) => {
      openFileOf(current(), fd, RIGHT.fdAdvise);
      if (advice >>> 0 >= ADVICES) refuse('inval');
      return undefined;
    },

    /** `errno fd_allocate(fd, filesize offset, filesize len)`: writes there will find room. */
    fd_allocate: (fd: number, offset: bigint, length: bigint) => {
      const guest = current();
      const node = fileOf(guest, fd, RIGHT.fdAllocate);
      const [start, size] = [sizeOf(offset), sizeOf(length)];
      if (size === 0) refuse('inval');
      return allocate(guest, node, { start, end: start + size });
    },

    /** `errno fd_sync(fd)`: what was written is there already. */
    fd_sync: (fd: number) => synced(fd, RIGHT.fdSync),

    /** `errno fd_datasync(fd)` */
    fd_datasync: (fd: number) => synced(fd, RIGHT.fdDatasync),
  });
}

function* allocate(
  { files }: Guest,
  node: FileInode,
  { start, end }: { start: number; end: number },
): HostWork<Errno> {
  try {
    // Before any of it is held: what cannot be done as a whole changes nothing but the room that is left.
    node.content.checkSize(end);
    for (let at = start; at < end; at += CHUNK_BYTES) {
      files.tree.hold(node, at, Math.min(CHUNK_BYTES, end - at));
      yield undefined;
    }
  } catch (error) {
    return errnoOf(error);
  }
  return ERRNO.success;
}
