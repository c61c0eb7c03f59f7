import type { Guest } from '@faasm/faaslet';
import { refuse, RIGHT, type Descriptor } from '@faasm/filesystem';
import { utf8 } from '@faasm/stdx';
import type { CurrentGuest, HostFamily } from '../../host-function.ts';
import { answering } from './answering.ts';
import { filetypeOf } from './filestat.ts';
import { FDFLAGS_ALL, FILETYPE, knownFlags } from './flags.ts';
import { descriptorOf } from './opened.ts';

/** `struct fdstat { u8 filetype; u16 flags; u64 rights_base; u64 rights_inheriting }` */
const FDSTAT = { bytes: 24, flags: 2, rights: 8, inheriting: 16 } as const;

/** `struct prestat { u8 tag; u32 name_len }`, of a directory */
const PRESTAT = { bytes: 8, nameLength: 4 } as const;

/** What a descriptor number stands for, and what it may be used for. */
export function descriptorCalls(current: CurrentGuest): HostFamily {
  return answering({
    /** `errno fd_close(fd)` */
    fd_close: (fd: number) => {
      current().files.descriptors.close(fd);
      return undefined;
    },

    /** `errno fd_renumber(fd from, fd to)`: `to` must be open too. */
    fd_renumber: (from: number, to: number) => {
      current().files.descriptors.renumber(from, to);
      return undefined;
    },

    /** `errno fd_fdstat_get(fd, fdstat *stat)` */
    fd_fdstat_get: (fd: number, stat: number) => {
      const guest = current();
      writeFdstat(guest, stat, guest.files.descriptors.get(fd));
      return undefined;
    },

    /** `errno fd_fdstat_set_flags(fd, fdflags flags)` */
    fd_fdstat_set_flags: (fd: number, flags: number) => {
      const { target } = descriptorOf(current(), fd, RIGHT.fdFdstatSetFlags);
      target.flags = knownFlags(flags, FDFLAGS_ALL);
      return undefined;
    },

    /** `errno fd_fdstat_set_rights(fd, rights base, rights inheriting)`: they can only become fewer. */
    fd_fdstat_set_rights: (fd: number, base: bigint, inheriting: bigint) => {
      const descriptor = current().files.descriptors.get(fd);
      const fewer = {
        rights: subset(base, descriptor.rights),
        inheriting: subset(inheriting, descriptor.inheriting),
      };
      Object.assign(descriptor, fewer);
      return undefined;
    },

    /** `errno fd_prestat_get(fd, prestat *prestat)` */
    fd_prestat_get: (fd: number, prestat: number) => {
      const guest = current();
      const name = preopenedName(guest.files.descriptors.get(fd));
      const view = new DataView(new ArrayBuffer(PRESTAT.bytes));
      view.setUint32(PRESTAT.nameLength, name.byteLength, true);
      guest.memory.write(prestat, new Uint8Array(view.buffer));
      return undefined;
    },

    /** `errno fd_prestat_dir_name(fd, u8 *path, size path_len)` */
    fd_prestat_dir_name: (fd: number, path: number, length: number) => {
      const guest = current();
      const name = preopenedName(guest.files.descriptors.get(fd));
      if (length >>> 0 < name.byteLength) refuse('nametoolong');
      guest.memory.write(path, name);
      return undefined;
    },
  });
}

/** In place, as C libraries ask for it before they open anything. */
function writeFdstat({ memory }: Guest, stat: number, { target, rights, inheriting }: Descriptor): void {
  memory.fill(stat, FDSTAT.bytes, (record) => record.fill(0));
  const at = stat >>> 0;
  // Standard streams too: C libraries then write out each line, so that a trap loses nothing.
  memory.writeU8(at, target.kind === 'opened' ? filetypeOf(target.node) : FILETYPE.characterDevice);
  memory.writeU16(at + FDSTAT.flags, target.flags);
  // All rights are in the lower half.
  memory.writeU32(at + FDSTAT.rights, rights);
  memory.writeU32(at + FDSTAT.inheriting, inheriting);
}

/** Throws `notcapable` when `wanted` has more than `had`. */
function subset(wanted: bigint, had: number): number {
  return (wanted & ~BigInt(had)) === 0n ? Number(wanted) : refuse('notcapable');
}

/** Throws `badf` when the descriptor was not opened for the guest. */
function preopenedName({ preopened }: Descriptor): Uint8Array {
  return preopened === undefined ? refuse('badf') : utf8(preopened);
}
