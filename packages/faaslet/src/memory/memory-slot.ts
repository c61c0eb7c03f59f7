import { FaasmError } from '@faasm/protocol';
import { PAGE_BYTES } from '../module/memory-type.ts';
import type { MappedMemory, MemoryImage, MemoryMapper, MemoryRange, RegionRange } from './memory-mapper.ts';
import { MappedWindow } from './mapped-window.ts';

/** An image, and what resetting a memory to it takes. */
export interface ResetImage {
  /** Undefined for a memory without any pages. */
  readonly image: MemoryImage | undefined;
  /** The image's bytes, when it is small enough to be copied back. */
  readonly bytes: Uint8Array | undefined;
}

/**
 * Where the system cannot tell what was written, memories up to this size are copied back whole; of larger ones the
 * written pages are discarded, which costs page faults (`docs/decisions/0005-reset.md`).
 */
const COPIED_WHOLE_BYTES_MAX = 1024 * 1024;

/** Regions that all memories together may have mapped. */
export interface RegionBudget {
  readonly limit: number;
  /** Takes room for one, if there is any. */
  acquire(): boolean;
  /** Gives room for so many back. */
  release(count: number): void;
}

/** What a memory is held to. */
export interface SlotBounds {
  /** Bytes that a guest can grow to; the next smaller multiple of 64 KiB counts. */
  readonly memoryBytes: number;
  /** Bytes of the regions that are mapped at once, above that; 0 when undefined. */
  readonly windowBytes?: number;
  /** Without one, only the operating system bounds how many are mapped. */
  readonly regions?: RegionBudget;
}

/**
 * A physical memory that is never smaller than what the guest sees of it, its virtual size. Pages above that are closed,
 * so that an access traps as it would beyond a memory's end (I5, I13); but above all that any guest can grow, regions can
 * be mapped into a window. A WebAssembly memory cannot shrink, so the physical one stays as large as it had to be, and is
 * used again by other Faaslets.
 */
export class MemorySlot {
  readonly memory: WebAssembly.Memory;
  readonly #mapped: MappedMemory;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #sizeBytes = PAGE_BYTES;
  readonly #window: MappedWindow;
  readonly #regions: RegionBudget | undefined;
  /** What lies from there on is closed; what lies below may be open, even above the virtual size. */
  #closedFrom = PAGE_BYTES;
  #image: MemoryImage | undefined;
  /** Parts of the image that were copied back, by where they begin: mostly the same pages are written again and again. */
  readonly #parts = new Map<number, Uint8Array>();

  constructor(mapper: MemoryMapper, { memoryBytes, windowBytes = 0, regions }: SlotBounds) {
    this.#regions = regions;
    const start = Math.max(1, Math.floor(memoryBytes / PAGE_BYTES)) * PAGE_BYTES;
    this.#window = new MappedWindow(start, windowBytes);
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: this.#window.endMax / PAGE_BYTES });
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#view = new DataView(this.memory.buffer);
    this.#mapped = mapper.control(this.memory);
  }

  /** All bytes of the physical memory; only those up to `sizeBytes` and in `window` may be touched. Another view after each growth. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** As `bytes`. */
  get view(): DataView {
    return this.#view;
  }

  /** The virtual size, in bytes. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The virtual size, in pages. */
  get pages(): number {
    return this.#sizeBytes / PAGE_BYTES;
  }

  /** Where regions are mapped, without gaps; from 0 to 0 when there are none. */
  get window(): MemoryRange {
    return this.#window.mapped;
  }

  /** Begins anew with `pages` pages of zeros. */
  clear(pages: number): void {
    this.#close(0);
    this.#parts.clear();
    this.#image = undefined;
    this.#open(pages * PAGE_BYTES);
  }

  /** Begins anew with an image; nothing is left of what was there before. */
  restore(image: MemoryImage | undefined): void {
    if (image === undefined) {
      this.clear(0);
      return;
    }
    this.#close(image.sizeBytes);
    this.#reach(image.sizeBytes);
    this.#closedFrom = Math.max(image.sizeBytes, this.#closedFrom);
    this.#mapped.mapImage(image);
    this.#parts.clear();
    this.#image = image;
    this.#sizeBytes = image.sizeBytes;
  }

  /** Brings back the image that was restored, which must be `image`. */
  reset({ image, bytes }: ResetImage): void {
    const sizeBytes = image?.sizeBytes ?? 0;
    if (image !== this.#image) throw new TypeError('A memory is reset to another image than it began with');
    this.#close(sizeBytes);
    if (sizeBytes === 0) return;
    const changed = bytes === undefined ? undefined : this.#mapped.changed({ start: 0, end: sizeBytes });
    if (bytes !== undefined && changed !== undefined) {
      for (const range of changed) this.#bytes.set(this.#partOf(bytes, range), range.start);
    } else if (bytes !== undefined && sizeBytes <= COPIED_WHOLE_BYTES_MAX) this.#bytes.set(bytes);
    else this.#mapped.discard({ start: 0, end: sizeBytes });
  }

  /** Gives back the pages that were written, when the memory is as it was after `restore` or `reset`. */
  trim(): void {
    if (this.#image !== undefined) this.#mapped.discard({ start: 0, end: this.#sizeBytes });
  }

  /**
   * Grows the virtual size by `delta` pages, if it stays within `pagesMax`. Returns the size before in pages, or -1, as
   * `memory.grow` does.
   */
  grow(delta: number, pagesMax: number): number {
    const { pages } = this;
    if (pages + delta > Math.min(pagesMax, this.#window.start / PAGE_BYTES)) return -1;
    if (delta > 0) this.#open((pages + delta) * PAGE_BYTES);
    return pages;
  }

  /**
   * Maps a part of a region behind those that are mapped, until the memory begins anew or is reset: its address. Throws
   * `state.mapped_limit` when the window has no room for it, `host.capacity` when the host has none.
   */
  map(range: RegionRange): number {
    const { start, end } = this.#window.place(range);
    if (this.#regions?.acquire() === false)
      throw new FaasmError(
        'host.capacity',
        `Host has ${this.#regions.limit} parts of state mapped, which is its limit`,
      );
    try {
      this.#closedFrom = Math.max(end, this.#closedFrom);
      if (end > this.#bytes.byteLength) this.#growAround(end);
      this.#mapped.mapRegion(range, start);
    } catch (error) {
      this.#regions?.release(1);
      throw error;
    }
    this.#window.extend(end);
    return start;
  }

  /** V8 opens all of a memory that grows; no guest runs until what lies between the guest's end and the window is closed. */
  #growAround(end: number): void {
    this.#growPhysical(end);
    const { start } = this.#window;
    if (this.#sizeBytes < start) this.#mapped.close({ start: this.#sizeBytes, end: start });
  }

  #partOf(bytes: Uint8Array, { start, end }: MemoryRange): Uint8Array {
    const known = this.#parts.get(start);
    if (known?.byteLength === end - start) return known;
    const part = bytes.subarray(start, end);
    this.#parts.set(start, part);
    return part;
  }

  #open(end: number): void {
    const physicalBytes = this.#bytes.byteLength;
    this.#closedFrom = Math.max(end, this.#closedFrom);
    if (this.#sizeBytes < Math.min(end, physicalBytes))
      this.#mapped.open({ start: this.#sizeBytes, end: Math.min(end, physicalBytes) });
    this.#reach(end);
    this.#sizeBytes = Math.max(end, this.#sizeBytes);
  }

  /** Grows the physical memory for the guest. */
  #reach(end: number): void {
    if (end > this.#window.start)
      throw new FaasmError(
        'host.capacity',
        `Memory of ${end} bytes is over the ${this.#window.start} of its slot`,
      );
    this.#growPhysical(end);
  }

  #growPhysical(end: number): void {
    const missingBytes = end - this.#bytes.byteLength;
    if (missingBytes <= 0) return;
    growMemory(this.memory, missingBytes / PAGE_BYTES);
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#view = new DataView(this.memory.buffer);
  }

  /** Closes all above `start`, mapped regions included: one operation, and none when there is nothing to close. */
  #close(start: number): void {
    // It is no larger than it was when it could not grow.
    const end = Math.min(this.#closedFrom, this.#bytes.byteLength);
    if (start < end) this.#mapped.close({ start, end });
    this.#closedFrom = Math.min(start, this.#closedFrom);
    const regions = this.#window.empty();
    if (regions > 0) this.#regions?.release(regions);
    this.#sizeBytes = Math.min(start, this.#sizeBytes);
  }
}

function growMemory(memory: WebAssembly.Memory, pages: number): void {
  try {
    memory.grow(pages);
  } catch (cause) {
    const message = `Host gives no more memory: growing by ${pages} pages failed`;
    throw new FaasmError('host.capacity', message, { cause });
  }
}
