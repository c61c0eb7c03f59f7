import { PAGE_BYTES, type Guest, type HostWork } from '@faasm/faaslet';
import { CHUNK_BYTES, FileError, RIGHT, type FileInode } from '@faasm/filesystem';
import type { CurrentGuest, HostFamily } from '../host-function.ts';
import { fileOf } from '../wasi/files/opened.ts';

/** What C takes for `MAP_FAILED`, and for no more memory. */
const FAILED = -1;

/** Flags of `mmap`, as C libraries for WebAssembly have them. */
const MAP = { shared: 1, fixed: 16, anonymous: 32 } as const;
const PROT_WRITE = 2;

interface Mapping {
  readonly length: number;
  readonly prot: number;
  readonly flags: number;
  readonly fd: number;
  readonly offset: bigint;
}

/** `mmap`, `munmap` and `__sbrk`: memory that the guest is given at its end. */
export function memoryCalls(current: CurrentGuest): HostFamily {
  return {
    /**
     * `void *mmap(void *addr, size_t length, int prot, int flags, int fd, int64_t offset)`: fresh memory, with a copy of a
     * file's bytes unless it is anonymous. What would have to write to the file, or to lie at an address, fails.
     */
    mmap: (
      _address: number,
      length: number,
      prot: number,
      flags: number,
      fd: number,
      offset: bigint,
    ): number | HostWork<number> => map(current(), { length: length >>> 0, prot, flags, fd, offset }),

    /** `int munmap(void *addr, size_t length)`: the memory stays the guest's, as WebAssembly gives none back. */
    munmap: (address: number, length: number): number => {
      const start = address >>> 0;
      const isInside = start + (length >>> 0) <= current().memory.sizeBytes;
      return isInside && length !== 0 && start % PAGE_BYTES === 0 ? 0 : FAILED;
    },

    /** `void *__sbrk(intptr_t increment)`: the end of the memory before; it cannot become less. */
    __sbrk: (increment: number): number => {
      const guest = current();
      const end = guest.memory.sizeBytes;
      if (increment === 0) return end | 0;
      if (increment < 0) return FAILED;
      return grow(guest, increment);
    },
  };
}

function map(guest: Guest, { length, prot, flags, fd, offset }: Mapping): number | HostWork<number> {
  if (length === 0 || (flags & MAP.fixed) !== 0) return FAILED;
  if ((flags & MAP.anonymous) !== 0) return grow(guest, length);
  if ((flags & MAP.shared) !== 0 && (prot & PROT_WRITE) !== 0) return FAILED;
  const at = Number(BigInt.asIntN(64, offset));
  if (at < 0 || !Number.isSafeInteger(at)) return FAILED;
  const file = mappedFile(guest, fd);
  if (file === undefined) return FAILED;
  const start = grow(guest, length);
  return start === FAILED ? FAILED : copyFile(guest, file, { at, start: start >>> 0, length });
}

function* copyFile(
  { memory }: Guest,
  { content }: FileInode,
  { at, start, length }: { at: number; start: number; length: number },
): HostWork<number> {
  for (let done = 0; done < length; done += CHUNK_BYTES) {
    memory.fill(start + done, Math.min(CHUNK_BYTES, length - done), (part) =>
      content.readAt(at + done, part),
    );
    yield undefined;
  }
  return start | 0;
}

/** Undefined for what is no file that can be read. */
function mappedFile(guest: Guest, fd: number): FileInode | undefined {
  try {
    return fileOf(guest, fd, RIGHT.fdRead);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** Where the fresh memory begins. */
function grow(guest: Guest, length: number): number {
  const before = guest.growMemory(Math.ceil(length / PAGE_BYTES));
  return before === FAILED ? FAILED : (before * PAGE_BYTES) | 0;
}
