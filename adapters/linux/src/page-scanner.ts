import type { MemoryRange } from '@faasm/faaslet';
import { closeSync, openSync } from 'node:fs';
import { addressOf, ioctl } from './libc.ts';

/** From `linux/fs.h`, since Linux 6.7: `ioctl(PAGEMAP_SCAN)` with a `struct pm_scan_arg` and `struct page_region`s. */
const PAGEMAP_SCAN = 0xc0_60_66_10;
const CATEGORY = { file: 1 << 2, present: 1 << 3, swapped: 1 << 4 } as const;

/** Offsets in the structure, in 32-bit words; each field has two. */
const FIELD = {
  size: 0,
  start: 4,
  end: 6,
  regions: 10,
  regionsLength: 12,
  inverted: 16,
  all: 18,
  any: 20,
  returned: 22,
} as const;
const ARGUMENT_WORDS = 24;
const REGION_WORDS = 6;
const WORD = 2 ** 32;

/** Regions of one scan. Whoever changed more of them changed so much that something else is quicker. */
const REGIONS_MAX = 256;

/**
 * Finds the pages of private mappings that were written: those that are there and belong to no file. Needs no
 * privilege; a kernel before 6.7, or a sandbox without `/proc`, cannot do it.
 */
export class PageScanner {
  readonly #pagemap: number;
  readonly #words = new Uint32Array(ARGUMENT_WORDS + REGION_WORDS * REGIONS_MAX);
  readonly #address: number;

  private constructor(pagemap: number) {
    this.#pagemap = pagemap;
    this.#address = addressOf(new Uint8Array(this.#words.buffer));
    this.#set(FIELD.size, ARGUMENT_WORDS * Uint32Array.BYTES_PER_ELEMENT);
    this.#set(FIELD.regions, this.#address + ARGUMENT_WORDS * Uint32Array.BYTES_PER_ELEMENT);
    this.#set(FIELD.regionsLength, REGIONS_MAX);
    this.#set(FIELD.inverted, CATEGORY.file);
    this.#set(FIELD.all, CATEGORY.file);
    this.#set(FIELD.any, CATEGORY.present | CATEGORY.swapped);
    this.#set(FIELD.returned, CATEGORY.present);
  }

  /** Undefined where the kernel cannot do it. */
  static open(): PageScanner | undefined {
    let pagemap: number;
    try {
      pagemap = openSync('/proc/self/pagemap', 'r');
    } catch {
      return undefined;
    }
    const scanner = new PageScanner(pagemap);
    if (scanner.written(0, { start: 0, end: 4_096 }) !== undefined) return scanner;
    closeSync(pagemap);
    return undefined;
  }

  /** The written parts of a range, in bytes from `base`, in ascending order. Undefined when there are too many. */
  written(base: number, { start, end }: MemoryRange): MemoryRange[] | undefined {
    this.#set(FIELD.start, base + start);
    this.#set(FIELD.end, base + end);
    const found = ioctl(this.#pagemap, PAGEMAP_SCAN, this.#address);
    if (found < 0 || found === REGIONS_MAX) return undefined;
    const ranges: MemoryRange[] = [];
    for (let i = 0; i < found; i++) {
      const at = ARGUMENT_WORDS + i * REGION_WORDS;
      ranges.push({ start: this.#get(at) - base, end: this.#get(at + 2) - base });
    }
    return ranges;
  }

  #set(field: number, value: number): void {
    this.#words[field] = value % WORD;
    this.#words[field + 1] = Math.floor(value / WORD);
  }

  #get(field: number): number {
    return (this.#words[field] ?? 0) + (this.#words[field + 1] ?? 0) * WORD;
  }
}
