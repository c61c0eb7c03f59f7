import { FaasmError } from '@faasm/protocol';
import { PAGE_BYTES } from '../module/memory-type.ts';
import type { MemoryRange, RegionRange } from './memory-mapper.ts';

/** Regions that a memory can have mapped at once. Each is a mapping of the process, of which an operating system has few. */
export const MAPPINGS_MAX = 64;

/** What a guest can address with 32 bits. */
const ADDRESSABLE_BYTES = 2 ** 32;

/** The window of a memory that has nothing mapped: always this object. */
export const NO_WINDOW: MemoryRange = { start: 0, end: 0 };

/** Where in a memory regions are mapped: one behind the other, above all that a guest can grow. */
export class MappedWindow {
  /** Where it begins, in bytes. */
  readonly start: number;
  /** Where it must end, in bytes. */
  readonly endMax: number;
  #mapped = NO_WINDOW;
  #mappings = 0;

  /** `sizeBytes` bounds what is mapped at once. */
  constructor(start: number, sizeBytes: number) {
    this.start = start;
    this.endMax = Math.min(start + Math.floor(sizeBytes / PAGE_BYTES) * PAGE_BYTES, ADDRESSABLE_BYTES);
  }

  /** What is mapped, the same object until that changes. */
  get mapped(): MemoryRange {
    return this.#mapped;
  }

  /**
   * Where a part of a region has its place. Throws `state.mapped_limit` when there is none, and a `RangeError` for a part
   * that does not consist of whole pages.
   */
  place({ offset, sizeBytes }: RegionRange): MemoryRange {
    if (sizeBytes <= 0 || sizeBytes % PAGE_BYTES !== 0 || offset % PAGE_BYTES !== 0)
      throw new RangeError(`${sizeBytes} bytes at ${offset} of a region are no pages of ${PAGE_BYTES} bytes`);
    if (this.#mappings >= MAPPINGS_MAX)
      throw limited(`Call maps another part of its state, over the limit of ${MAPPINGS_MAX} parts`);
    const start = Math.max(this.start, this.#mapped.end);
    const end = start + sizeBytes;
    if (end <= this.endMax) return { start, end };
    const [all, max] = [end - this.start, this.endMax - this.start];
    throw limited(`Call maps ${all} bytes of state, over the limit of ${max} bytes`);
  }

  /** Notes that what `place` returned is mapped, up to `end`. */
  extend(end: number): void {
    this.#mapped = { start: this.start, end };
    this.#mappings += 1;
  }

  /** Notes that nothing is mapped any more. */
  empty(): void {
    this.#mapped = NO_WINDOW;
    this.#mappings = 0;
  }
}

function limited(message: string): FaasmError {
  return new FaasmError('state.mapped_limit', message);
}
