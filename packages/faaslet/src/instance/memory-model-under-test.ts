import { PAGE_BYTES } from '../module/memory-type.ts';

/** A part of a region, as the model has it. */
export interface ModelRange {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A byte that a guest has. */
interface Cell {
  readonly bytes: Uint8Array;
  readonly index: number;
}

/** What a guest can reach: its own memory, and the regions that are mapped behind each other from `windowStart` on. */
export class MemoryModel {
  readonly windowStart: number;
  heap: Uint8Array;
  #mapped: readonly ModelRange[] = [];

  constructor(windowStart: number, image: Uint8Array) {
    this.windowStart = windowStart;
    this.heap = image.slice();
  }

  get mappedBytes(): number {
    return this.#mapped.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  get windowEnd(): number {
    return this.windowStart + this.mappedBytes;
  }

  map(range: ModelRange): void {
    this.#mapped = [...this.#mapped, range];
  }

  grow(pages: number): void {
    const grown = new Uint8Array(this.heap.byteLength + pages * PAGE_BYTES);
    grown.set(this.heap);
    this.heap = grown;
  }

  /** Whether a range is wholly in the memory or wholly in the window. */
  holds(start: number, length: number): boolean {
    if (start + length <= this.heap.byteLength) return true;
    return this.mappedBytes > 0 && start >= this.windowStart && start + length <= this.windowEnd;
  }

  /** The byte at an address; undefined where a guest must have none. */
  cell(address: number): Cell | undefined {
    if (address < this.heap.byteLength) return { bytes: this.heap, index: address };
    let at = address - this.windowStart;
    if (at < 0) return undefined;
    for (const { bytes, offset, sizeBytes } of this.#mapped) {
      if (at < sizeBytes) return { bytes, index: offset + at };
      at -= sizeBytes;
    }
    return undefined;
  }

  /** The bytes of a range; undefined where any of them is none of the guest's. */
  read(start: number, length: number): Uint8Array | undefined {
    const read = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      const cell = this.cell(start + i);
      if (cell === undefined) return undefined;
      read[i] = cell.bytes[cell.index] ?? 0;
    }
    return read;
  }

  /** Writes a range that is the guest's. */
  write(start: number, bytes: Uint8Array): void {
    for (const [i, byte] of bytes.entries()) {
      const cell = this.cell(start + i);
      if (cell !== undefined) cell.bytes[cell.index] = byte;
    }
  }

  /** Whether two ranges have bytes in common that have several addresses: to copy between them depends on the order. */
  aliases(one: number, other: number, length: number): boolean {
    const seen = new Map<Uint8Array, Map<number, number>>();
    for (let i = 0; i < length; i++) {
      const cell = this.cell(one + i);
      if (cell === undefined) continue;
      const indices = seen.get(cell.bytes) ?? new Map<number, number>();
      seen.set(cell.bytes, indices.set(cell.index, one + i));
    }
    for (let i = 0; i < length; i++) {
      const cell = this.cell(other + i);
      const address = cell === undefined ? undefined : seen.get(cell.bytes)?.get(cell.index);
      if (address !== undefined && address !== other + i) return true;
    }
    return false;
  }
}
