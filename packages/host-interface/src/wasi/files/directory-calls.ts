import type { Guest, HostWork } from '@faasm/faaslet';
import { refuse, RIGHT, type DirectoryListing } from '@faasm/filesystem';
import { utf8 } from '@faasm/stdx';
import type { CurrentGuest, HostFamily } from '../../host-function.ts';
import { ERRNO, type Errno } from '../errno.ts';
import { answering } from './answering.ts';
import { filetypeOf } from './filestat.ts';
import { openFileOf } from './opened.ts';

/** `struct dirent { u64 next; u64 ino; u32 namlen; u8 type }`, before the name */
const DIRENT = { bytes: 24, ino: 8, nameLength: 16, type: 20 } as const;

/** Entries between two checks: some tens of microseconds. */
const ENTRIES_PER_SLICE = 64;

/** `fd_readdir`. */
export function directoryCalls(current: CurrentGuest): HostFamily {
  return answering({
    /**
     * `errno fd_readdir(fd, u8 *buf, size buf_len, dircookie cookie, size *bufused)`. The last entry may be cut; less than
     * `buf_len` means the end.
     */
    fd_readdir: (fd: number, buffer: number, size: number, cookie: bigint, result: number) => {
      const guest = current();
      const file = openFileOf(guest, fd, RIGHT.fdReaddir);
      guest.memory.require(buffer, size);
      guest.memory.require(result, Uint32Array.BYTES_PER_ELEMENT);
      const listing = file.listing?.at(BigInt.asUintN(64, cookie)) ?? refuse('notdir');
      return list(guest, listing, { buffer: buffer >>> 0, size: size >>> 0, result });
    },
  });
}

function* list(
  { memory }: Guest,
  listing: DirectoryListing,
  { buffer, size, result }: { buffer: number; size: number; result: number },
): HostWork<Errno> {
  let used = 0;
  for (let count = 1; used < size; count++) {
    const entry = listing.next();
    if (entry === undefined) break;
    const name = utf8(entry.name);
    const record = new Uint8Array(DIRENT.bytes + name.byteLength);
    const view = new DataView(record.buffer);
    view.setBigUint64(0, entry.next, true);
    view.setBigUint64(DIRENT.ino, BigInt(entry.node.number), true);
    view.setUint32(DIRENT.nameLength, name.byteLength, true);
    view.setUint8(DIRENT.type, filetypeOf(entry.node));
    record.set(name, DIRENT.bytes);
    const part = record.subarray(0, size - used);
    memory.write(buffer + used, part);
    used += part.byteLength;
    if (count % ENTRIES_PER_SLICE === 0) yield undefined;
  }
  memory.writeU32(result, used);
  return ERRNO.success;
}
