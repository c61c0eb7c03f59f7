import {
  PAGE_BYTES,
  type Extent,
  type MappedMemory,
  type MemoryImage,
  type MemoryMapper,
  type MemoryRange,
  type RegionPlace,
  type RegionRange,
  type SharedRegion,
} from '@faasm/faaslet';
import { FaasmError } from '@faasm/protocol';
import { closeSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { PageScanner } from './page-scanner.ts';
import { addressOf, fcntl, lastError, madvise, memfdCreate, mmap, mprotect } from './libc.ts';

/** From `sys/mman.h` and `fcntl.h` of Linux, equal on x86-64 and arm64. */
const PROT = { none: 0, readWrite: 3 } as const;
const MAP = { shared: 0x01, private: 0x02, fixed: 0x10, anonymous: 0x20, noReserve: 0x4000 } as const;
const MADV_DONTNEED = 4;
const MFD = { closeOnExec: 1, allowSealing: 2 } as const;
const F_ADD_SEALS = 1033;
const SEAL = { seal: 1, shrink: 2, grow: 4, write: 8 } as const;

/** Of all that is mapped: an access beyond the end of a file that shrank would end the process. */
const SIZE_SEALS = SEAL.seal | SEAL.shrink | SEAL.grow;
const NO_FILE = -1;

/** Linear memories by `mmap`, `mprotect` and `madvise`, images by sealed `memfd`s. Needs Linux 3.17, no privileges. */
export class LinuxMemoryMapper implements MemoryMapper {
  readonly #scanner = PageScanner.open();

  createImage(sizeBytes: number, extents: readonly Extent[]): MemoryImage {
    const fd = sealedFile('faasm-image', SIZE_SEALS | SEAL.write, (file) => {
      ftruncateSync(file, sizeBytes);
      for (const { offset, bytes } of extents) writeWhole(file, { offset, bytes });
    });
    return { fd, sizeBytes };
  }

  closeImage({ fd }: MemoryImage): void {
    closeSync(fd);
  }

  createRegion(sizeBytes: number): SharedRegion {
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes <= 0 || sizeBytes % PAGE_BYTES !== 0)
      throw new RangeError(`Region of ${sizeBytes} bytes is not a positive multiple of ${PAGE_BYTES} bytes`);
    const fd = sealedFile('faasm-region', SIZE_SEALS, (file) => {
      ftruncateSync(file, sizeBytes);
    });
    return { fd, sizeBytes };
  }

  closeRegion({ fd }: SharedRegion): void {
    closeSync(fd);
  }

  readRegion(place: RegionPlace, into: Uint8Array): void {
    requireInside(place, into.byteLength);
    readWhole(place.region.fd, { offset: place.offset, bytes: into });
  }

  writeRegion(place: RegionPlace, bytes: Uint8Array): void {
    requireInside(place, bytes.byteLength);
    writeWhole(place.region.fd, { offset: place.offset, bytes });
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

  mapRegion(range: RegionRange, at: number): void {
    const { region, offset, sizeBytes } = range;
    requireInside(range, sizeBytes);
    const address = this.#addressOf({ start: at, end: at + sizeBytes });
    const flags = MAP.shared | MAP.fixed | MAP.noReserve;
    checked('mmap', mmap(address, sizeBytes, PROT.readWrite, flags, region.fd, offset));
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

function requireInside({ region, offset }: RegionPlace, length: number): void {
  if (offset >= 0 && offset + length <= region.sizeBytes) return;
  throw new RangeError(`${length} bytes at ${offset} go beyond the region of ${region.sizeBytes} bytes`);
}

/** A file of memory that `write` has written and then `seals` hold for everybody: its descriptor. */
function sealedFile(name: string, seals: number, write: (fd: number) => void): number {
  const fd = checked('memfd_create', memfdCreate(name, MFD.closeOnExec | MFD.allowSealing));
  try {
    write(fd);
    checked('fcntl(F_ADD_SEALS)', fcntl(fd, F_ADD_SEALS, seals));
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** The bytes must all be there: a file that ends before them has none to give. */
function readWhole(fd: number, { offset, bytes }: Extent): void {
  for (let done = 0; done < bytes.byteLength;)
    done += readSync(fd, bytes, done, bytes.byteLength - done, offset + done);
}

function writeWhole(fd: number, { offset, bytes }: Extent): void {
  for (let written = 0; written < bytes.byteLength;) {
    written += writeSync(fd, bytes, written, bytes.byteLength - written, offset + written);
  }
}
