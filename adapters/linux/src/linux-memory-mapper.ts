import type { Extent, MappedMemory, MemoryImage, MemoryMapper, MemoryRange } from '@faasm/faaslet';
import { FaasmError } from '@faasm/protocol';
import { closeSync, ftruncateSync, writeSync } from 'node:fs';
import { PageScanner } from './page-scanner.ts';
import { addressOf, fcntl, lastError, madvise, memfdCreate, mmap, mprotect } from './libc.ts';

/** From `sys/mman.h` and `fcntl.h` of Linux, equal on x86-64 and arm64. */
const PROT = { none: 0, readWrite: 3 } as const;
const MAP = { private: 0x02, fixed: 0x10, anonymous: 0x20, noReserve: 0x4000 } as const;
const MADV_DONTNEED = 4;
const MFD = { closeOnExec: 1, allowSealing: 2 } as const;
const F_ADD_SEALS = 1033;
const SEAL = { seal: 1, shrink: 2, grow: 4, write: 8 } as const;

const ALL_SEALS = SEAL.seal | SEAL.shrink | SEAL.grow | SEAL.write;
const NO_FILE = -1;

/** Linear memories by `mmap`, `mprotect` and `madvise`, images by sealed `memfd`s. Needs Linux 3.17, no privileges. */
export class LinuxMemoryMapper implements MemoryMapper {
  readonly #scanner = PageScanner.open();

  createImage(sizeBytes: number, extents: readonly Extent[]): MemoryImage {
    const fd = checked('memfd_create', memfdCreate('faasm-image', MFD.closeOnExec | MFD.allowSealing));
    try {
      ftruncateSync(fd, sizeBytes);
      for (const { offset, bytes } of extents) writeWhole(fd, { offset, bytes });
      checked('fcntl(F_ADD_SEALS)', fcntl(fd, F_ADD_SEALS, ALL_SEALS));
      return { fd, sizeBytes };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  closeImage({ fd }: MemoryImage): void {
    closeSync(fd);
  }

  control(memory: WebAssembly.Memory): MappedMemory {
    return new LinuxMappedMemory(memory, this.#scanner);
  }
}

class LinuxMappedMemory implements MappedMemory {
  readonly #memory: WebAssembly.Memory;
  /** V8 reserves the address space of a memory at its full size, so that it stays where it is. */
  readonly #address: number;
  readonly #scanner: PageScanner | undefined;

  constructor(memory: WebAssembly.Memory, scanner: PageScanner | undefined) {
    this.#memory = memory;
    this.#scanner = scanner;
    this.#address = addressOf(new Uint8Array(memory.buffer));
  }

  mapImage({ fd, sizeBytes }: MemoryImage): void {
    const address = this.#addressOf({ start: 0, end: sizeBytes });
    const flags = MAP.private | MAP.fixed | MAP.noReserve;
    checked('mmap', mmap(address, sizeBytes, PROT.readWrite, flags, fd, 0));
  }

  open(range: MemoryRange): void {
    const address = this.#addressOf(range);
    checked('mprotect', mprotect(address, range.end - range.start, PROT.readWrite));
  }

  close(range: MemoryRange): void {
    const address = this.#addressOf(range);
    const flags = MAP.private | MAP.fixed | MAP.anonymous | MAP.noReserve;
    checked('mmap', mmap(address, range.end - range.start, PROT.none, flags, NO_FILE, 0));
  }

  discard(range: MemoryRange): void {
    const address = this.#addressOf(range);
    checked('madvise', madvise(address, range.end - range.start, MADV_DONTNEED));
  }

  changed(range: MemoryRange): MemoryRange[] | undefined {
    this.#addressOf(range);
    return this.#scanner?.written(this.#address, range);
  }

  #addressOf({ start, end }: MemoryRange): number {
    const { byteLength } = this.#memory.buffer;
    if (start >= 0 && start <= end && end <= byteLength) return this.#address + start;
    throw new RangeError(`Range from ${start} to ${end} is not inside a memory of ${byteLength} bytes`);
  }
}

function checked(call: string, returned: number): number {
  if (returned !== -1) return returned;
  const { name } = lastError();
  throw new FaasmError('host.capacity', `Host gives no more memory mappings: ${call} failed with ${name}`);
}

function writeWhole(fd: number, { offset, bytes }: Extent): void {
  for (let written = 0; written < bytes.byteLength;) {
    written += writeSync(fd, bytes, written, bytes.byteLength - written, offset + written);
  }
}
