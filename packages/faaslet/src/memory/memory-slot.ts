import { FaasmError } from '@faasm/protocol';
import { PAGE_BYTES } from '../module/memory-type.ts';
import type { MappedMemory, MemoryImage, MemoryMapper, MemoryRange } from './memory-mapper.ts';

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

/**
 * A physical memory that is never smaller than what the guest sees of it, its virtual size. Pages above that are closed,
 * so that an access traps as it would beyond a memory's end (I5, I13). A WebAssembly memory cannot shrink, so the
 * physical one stays as large as it had to be, and is used again by other Faaslets.
 */
export class MemorySlot {
  readonly memory: WebAssembly.Memory;
  readonly #mapped: MappedMemory;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #sizeBytes = PAGE_BYTES;
  #image: MemoryImage | undefined;
  /** Parts of the image that were copied back, by where they begin: mostly the same pages are written again and again. */
  readonly #parts = new Map<number, Uint8Array>();

  /** `bytesMax` bounds the physical memory. */
  constructor(mapper: MemoryMapper, bytesMax: number) {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: Math.max(1, bytesMax / PAGE_BYTES) });
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#view = new DataView(this.memory.buffer);
    this.#mapped = mapper.control(this.memory);
  }

  /** All bytes of the physical memory; only those up to `sizeBytes` may be touched. Another view after each growth. */
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
    this.#growPhysical(image.sizeBytes);
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
    if (pages + delta > pagesMax) return -1;
    if (delta > 0) this.#open((pages + delta) * PAGE_BYTES);
    return pages;
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
    if (this.#sizeBytes < Math.min(end, physicalBytes))
      this.#mapped.open({ start: this.#sizeBytes, end: Math.min(end, physicalBytes) });
    this.#growPhysical(end);
    this.#sizeBytes = Math.max(end, this.#sizeBytes);
  }

  #growPhysical(end: number): void {
    const missingBytes = end - this.#bytes.byteLength;
    if (missingBytes <= 0) return;
    growMemory(this.memory, missingBytes / PAGE_BYTES);
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#view = new DataView(this.memory.buffer);
  }

  #close(start: number): void {
    if (start < this.#sizeBytes) this.#mapped.close({ start, end: this.#sizeBytes });
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
