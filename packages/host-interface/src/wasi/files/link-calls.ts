import { RIGHT } from '@faasm/filesystem';
import { utf8 } from '@faasm/stdx';
import type { CurrentGuest, HostFamily } from '../../host-function.ts';
import { answering } from './answering.ts';
import { follows } from './flags.ts';
import { pathFrom, pathOf } from './opened.ts';

/** Second names of files, and symbolic links. */
export function linkCalls(current: CurrentGuest): HostFamily {
  return answering({
    /** `errno path_link(fd old, lookupflags, const char *old_path, size, fd new, const char *new_path, size)` */
    path_link: (
      oldFd: number,
      lookup: number,
      oldPointer: number,
      oldLength: number,
      newFd: number,
      pointer: number,
      length: number,
    ) => {
      const guest = current();
      const source = { fd: oldFd, pointer: oldPointer, length: oldLength, right: RIGHT.pathLinkSource };
      const from = { ...pathFrom(guest, source), follow: follows(lookup) };
      const to = pathFrom(guest, { fd: newFd, pointer, length, right: RIGHT.pathLinkTarget });
      guest.files.tree.link(from, to);
      return undefined;
    },

    /** `errno path_symlink(const char *target, size, fd, const char *path, size)` */
    path_symlink: (
      targetPointer: number,
      targetLength: number,
      fd: number,
      pointer: number,
      length: number,
    ) => {
      const guest = current();
      const target = pathOf(guest, { pointer: targetPointer, length: targetLength });
      guest.files.tree.symlink(target, pathFrom(guest, { fd, pointer, length, right: RIGHT.pathSymlink }));
      return undefined;
    },

    /** `errno path_readlink(fd, const char *path, size path_len, char *buf, size buf_len, size *bufused)` */
    path_readlink: (
      fd: number,
      pointer: number,
      length: number,
      buffer: number,
      size: number,
      result: number,
    ) => {
      const guest = current();
      const from = pathFrom(guest, { fd, pointer, length, right: RIGHT.pathReadlink });
      const part = utf8(guest.files.tree.readLink(from)).subarray(0, size >>> 0);
      guest.memory.require(result, Uint32Array.BYTES_PER_ELEMENT);
      guest.memory.write(buffer, part);
      guest.memory.writeU32(result, part.byteLength);
      return undefined;
    },
  });
}
