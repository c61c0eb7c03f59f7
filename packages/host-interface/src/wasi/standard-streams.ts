import type { Guest } from '@faasm/faaslet';
import type { CurrentGuest, HostFamily } from '../host-function.ts';
import { ERRNO, type Errno } from './errno.ts';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** Most buffers of one `fd_read` or `fd_write`; Linux has the same bound (IOV_MAX). */
const IOVECS_MAX = 1_024;
const IOVEC_BYTES = 8;

/** `filetype.character_device`: C libraries then write out each line, so that a trap loses nothing. */
const CHARACTER_DEVICE = 2;
const FDSTAT_BYTES = 24;
const FILESTAT_BYTES = 64;
const FILESTAT_FILETYPE_OFFSET = 16;

/** Rights of the standard streams: `fd_read` (bit 1) and `fd_write` (bit 6), from the standard's `rights` flags. */
const RIGHTS_READ_WRITE = (1n << 1n) | (1n << 6n);

/** `fd_*` on descriptors 0, 1 and 2: the call's input, and its two logs. No other descriptor is ever open. */
export function standardStreams(current: CurrentGuest): HostFamily {
  const opened = (fd: number, use: (guest: Guest) => Errno): Errno => {
    const guest = current();
    return guest.descriptors.has(fd) ? use(guest) : ERRNO.badf;
  };
  const notSeekable = (fd: number): Errno => opened(fd, () => ERRNO.spipe);
  return {
    /** `errno fd_write(fd, const ciovec *iovs, size iovs_len, size *nwritten)` */
    fd_write: (fd: number, iovs: number, count: number, written: number): Errno =>
      opened(fd, (guest) => write(guest, { fd, iovs, count, written })),
    /** `errno fd_read(fd, const iovec *iovs, size iovs_len, size *nread)` */
    fd_read: (fd: number, iovs: number, count: number, read: number): Errno =>
      opened(fd, (guest) => (fd === STDIN ? readStdin(guest, { iovs, count, read }) : ERRNO.badf)),
    /** `errno fd_close(fd)` */
    fd_close: (fd: number): Errno => (current().descriptors.delete(fd) ? ERRNO.success : ERRNO.badf),
    /** `errno fd_seek(fd, filedelta offset, whence, filesize *newoffset)` */
    fd_seek: notSeekable,
    /** `errno fd_tell(fd, filesize *offset)` */
    fd_tell: notSeekable,
    /** `errno fd_fdstat_get(fd, fdstat *stat)` */
    fd_fdstat_get: (fd: number, stat: number): Errno => opened(fd, (guest) => writeFdstat(guest, stat)),
    /** `errno fd_fdstat_set_flags(fd, fdflags flags)`: the streams have no flags that matter. */
    fd_fdstat_set_flags: (fd: number): Errno => opened(fd, () => ERRNO.success),
    /** `errno fd_filestat_get(fd, filestat *stat)` */
    fd_filestat_get: (fd: number, stat: number): Errno => opened(fd, (guest) => writeFilestat(guest, stat)),
    /** `errno fd_prestat_get(fd, prestat *prestat)`: no directory is opened for the guest. */
    fd_prestat_get: (): Errno => ERRNO.badf,
    /** `errno fd_prestat_dir_name(fd, u8 *path, size path_len)` */
    fd_prestat_dir_name: (): Errno => ERRNO.badf,
  };
}

function write(guest: Guest, to: { fd: number; iovs: number; count: number; written: number }): Errno {
  if (to.fd !== STDOUT && to.fd !== STDERR) return ERRNO.badf;
  if (to.count >>> 0 > IOVECS_MAX) return ERRNO.inval;
  let total = 0;
  for (const { pointer, length } of iovecs(guest, to)) {
    guest.memory.fill(pointer, length, (view) => {
      if (to.fd === STDOUT) guest.writeStdout(view);
      else guest.writeStderr(view);
    });
    total += length;
  }
  guest.memory.writeU32(to.written, total);
  return ERRNO.success;
}

function readStdin(guest: Guest, to: { iovs: number; count: number; read: number }): Errno {
  if (to.count >>> 0 > IOVECS_MAX) return ERRNO.inval;
  const { input } = guest.options;
  let total = 0;
  for (const { pointer, length } of iovecs(guest, to)) {
    const part = input.subarray(guest.stdinOffset, guest.stdinOffset + length);
    guest.memory.write(pointer, part);
    guest.stdinOffset += part.byteLength;
    total += part.byteLength;
  }
  guest.memory.writeU32(to.read, total);
  return ERRNO.success;
}

function* iovecs(
  guest: Guest,
  { iovs, count }: { iovs: number; count: number },
): Generator<{ pointer: number; length: number }> {
  for (let i = 0; i < count >>> 0; i++) {
    const at = (iovs >>> 0) + i * IOVEC_BYTES;
    yield { pointer: guest.memory.readU32(at), length: guest.memory.readU32(at + 4) };
  }
}

/** `struct fdstat { u8 filetype; u16 flags; u64 rights_base; u64 rights_inheriting }` */
function writeFdstat(guest: Guest, stat: number): Errno {
  guest.memory.write(stat, new Uint8Array(FDSTAT_BYTES));
  guest.memory.writeU8(stat, CHARACTER_DEVICE);
  guest.memory.writeU64((stat >>> 0) + 8, RIGHTS_READ_WRITE);
  return ERRNO.success;
}

function writeFilestat(guest: Guest, stat: number): Errno {
  guest.memory.write(stat, new Uint8Array(FILESTAT_BYTES));
  guest.memory.writeU8((stat >>> 0) + FILESTAT_FILETYPE_OFFSET, CHARACTER_DEVICE);
  return ERRNO.success;
}
