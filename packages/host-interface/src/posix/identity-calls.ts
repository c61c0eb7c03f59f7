import { utf8 } from '@faasm/stdx';
import type { CurrentGuest, HostFamily } from '../host-function.ts';

/** Who and where every guest believes to be; part of the guest ABI. */
const IDENTITY = {
  pid: 23,
  threadId: 66,
  userId: 1000,
  groupId: 1000,
  host: 'faasm',
  system: 'wasi',
  release: '0.0.0',
  machine: 'wasm32',
} as const;

/** `struct utsname`: system, host, release, version, machine and domain, of 65 bytes each. */
const UTSNAME_FIELD_BYTES = 65;

/** `_CS_PATH` of `confstr`, the only value that there is. */
const CS_PATH = 0;
const PATH = '/bin:/usr/bin';

/** `RLIMIT_*` that have a bound, of the 16 that there are. */
const RLIMIT = { fileSize: 1, descriptors: 7, addressSpace: 9 } as const;
const RLIMITS = 16;
const UNLIMITED = 2n ** 64n - 1n;

/** `getpid`, the `getuid` family, `uname`, `gethostname`, `getrlimit` and `confstr`. */
export function identityCalls(current: CurrentGuest): HostFamily {
  return {
    getpid: () => IDENTITY.pid,
    gettid: () => IDENTITY.threadId,
    getuid: () => IDENTITY.userId,
    geteuid: () => IDENTITY.userId,
    getgid: () => IDENTITY.groupId,
    getegid: () => IDENTITY.groupId,

    /** `int uname(struct utsname *name)` */
    uname: (pointer: number): number => {
      const { host, system, release, machine } = IDENTITY;
      const fields = [system, host, release, release, machine, ''];
      const bytes = new Uint8Array(fields.length * UTSNAME_FIELD_BYTES);
      for (const [i, field] of fields.entries()) bytes.set(utf8(field), i * UTSNAME_FIELD_BYTES);
      current().memory.write(pointer, bytes);
      return 0;
    },

    /** `int gethostname(char *name, size_t length)`: -1 when it does not fit. */
    gethostname: (pointer: number, length: number): number => {
      const name = utf8(`${IDENTITY.host}\0`);
      if (length >>> 0 < name.byteLength) return -1;
      current().memory.write(pointer, name);
      return 0;
    },

    /** `int getrlimit(int resource, struct rlimit *limit)`: two numbers of 64 bits, the same. */
    getrlimit: (resource: number, pointer: number): number => {
      const guest = current();
      if (resource >>> 0 >= RLIMITS) return -1;
      const { files, memoryBytes } = guest.limits;
      const bounds: Readonly<Record<number, number>> = {
        [RLIMIT.fileSize]: files.writtenBytes,
        [RLIMIT.descriptors]: files.descriptors,
        [RLIMIT.addressSpace]: memoryBytes,
      };
      const bound = bounds[resource];
      const limit = bound === undefined ? UNLIMITED : BigInt(bound);
      guest.memory.require(pointer, 2 * BigUint64Array.BYTES_PER_ELEMENT);
      guest.memory.writeU64(pointer, limit);
      guest.memory.writeU64((pointer >>> 0) + BigUint64Array.BYTES_PER_ELEMENT, limit);
      return 0;
    },

    /** `size_t confstr(int name, char *buf, size_t length)`: as much as fits, with a NUL; the size of all of it, or 0. */
    confstr: (name: number, pointer: number, length: number): number => {
      if (name !== CS_PATH) return 0;
      const value = utf8(PATH);
      const room = Math.min(length >>> 0, value.byteLength + 1);
      const copied = new Uint8Array(room);
      copied.set(value.subarray(0, Math.max(0, room - 1)));
      current().memory.write(pointer, copied);
      return value.byteLength + 1;
    },
  };
}
