import type { Guest, HostWork } from '@faasm/faaslet';
import { FIXED_ARGUMENT_BOUNDS, type ArgumentBounds } from '../argument-bounds.ts';
import type { CurrentGuest, HostFamily } from '../host-function.ts';
import { inSlices, type MemoryRange } from '../in-slices.ts';
import { ERRNO, type Errno } from './errno.ts';

/** The descriptor that a call's input is read from. */
export const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

const IOVEC_BYTES = 8;

/** `filetype.character_device`: C libraries then write out each line, so that a trap loses nothing. */
const CHARACTER_DEVICE = 2;
const FDSTAT_BYTES = 24;
const FILESTAT_BYTES = 64;
const FILESTAT_FILETYPE_OFFSET = 16;

/** Rights of the standard streams: `fd_read` (bit 1) and `fd_write` (bit 6), from the standard's `rights` flags. */
const RIGHTS_READ_WRITE = (1n << 1n) | (1n << 6n);

/** `fd_*` on descriptors 0, 1 and 2: the call's input, and its two logs. No other descriptor is ever open. */
export function standardStreams(current: CurrentGuest, bounds: ArgumentBounds): HostFamily {
  const { buffers: buffersMax } = bounds;
  const opened = <T>(fd: number, use: (guest: Guest) => T): T | Errno => {
    const guest = current();
    return guest.descriptors.has(fd) ? use(guest) : ERRNO.badf;
  };
  const notSeekable = (fd: number): Errno => opened(fd, () => ERRNO.spipe);
  return {
    /** `errno fd_write(fd, const ciovec *iovs, size iovs_len, size *nwritten)` */
    fd_write: (fd: number, iovs: number, count: number, written: number): Errno | HostWork<Errno> =>
      opened(fd, (guest) => write(guest, { fd, iovs, count, written, buffersMax })),
    /** `errno fd_read(fd, const iovec *iovs, size iovs_len, size *nread)` */
    fd_read: (fd: number, iovs: number, count: number, read: number): Errno | HostWork<Errno> =>
      opened(fd, (guest) =>
        fd === STDIN ? readStdin(guest, { iovs, count, read, buffersMax }) : ERRNO.badf,
      ),
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

/** An array of buffers as a guest passed it, and how many it may have. */
interface BufferArray {
  readonly iovs: number;
  readonly count: number;
  readonly buffersMax: number;
}

function write(
  guest: Guest,
  { fd, written, ...array }: BufferArray & { fd: number; written: number },
): Errno | HostWork<Errno> {
  if (fd !== STDOUT && fd !== STDERR) return ERRNO.badf;
  const buffers = buffersOf(guest, { ...array, result: written });
  if (buffers === undefined) return ERRNO.inval;
  const take = (bytes: Uint8Array): void => {
    if (fd === STDOUT) guest.writeStdout(bytes);
    else guest.writeStderr(bytes);
  };
  return inSlices(buffers, {
    move: ({ pointer, length }) => {
      guest.memory.fill(pointer, length, take);
    },
    done: () => {
      guest.memory.writeU32(written, totalOf(buffers));
      return ERRNO.success;
    },
  });
}

function readStdin(
  guest: Guest,
  { read, ...array }: BufferArray & { read: number },
): Errno | HostWork<Errno> {
  const buffers = buffersOf(guest, { ...array, result: read });
  if (buffers === undefined) return ERRNO.inval;
  const { input } = guest.options;
  const from = guest.stdinOffset;
  return inSlices(within(buffers, input.byteLength - from), {
    move: ({ pointer, length }) => {
      guest.memory.write(pointer, input.subarray(guest.stdinOffset, guest.stdinOffset + length));
      guest.stdinOffset += length;
    },
    done: () => {
      guest.memory.writeU32(read, guest.stdinOffset - from);
      return ERRNO.success;
    },
  });
}

/**
 * The buffers that a guest passed, out of one copy of its array: undefined when they are over the bounds. Bad pointers end
 * the guest before anything is moved, one of the `result` too.
 */
function buffersOf(
  { memory }: Guest,
  { iovs, count, result, buffersMax }: BufferArray & { result: number },
): MemoryRange[] | undefined {
  const size = count >>> 0;
  if (size > buffersMax) return undefined;
  const array = memory.read(iovs, size * IOVEC_BYTES);
  const view = new DataView(array.buffer);
  const buffers = Array.from({ length: size }, (_, i) => ({
    pointer: view.getUint32(i * IOVEC_BYTES, true),
    length: view.getUint32(i * IOVEC_BYTES + 4, true),
  }));
  for (const { pointer, length } of buffers) memory.require(pointer, length);
  memory.require(result, Uint32Array.BYTES_PER_ELEMENT);
  return totalOf(buffers) > FIXED_ARGUMENT_BOUNDS.transferBytes.max ? undefined : buffers;
}

function totalOf(buffers: readonly MemoryRange[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0);
}

/** The first `size` bytes of the buffers. */
function within(buffers: readonly MemoryRange[], size: number): MemoryRange[] {
  let left = size;
  return buffers.map(({ pointer, length }) => {
    const taken = Math.min(left, length);
    left -= taken;
    return { pointer, length: taken };
  });
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
