import { text } from '@faasm/stdx';
import type { MemoryRange } from './memory-mapper.ts';

/** Where the bytes are that a guest can address. */
export interface AddressableBytes {
  /** At least `sizeBytes` long; another view after each growth. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** As `bytes`. */
  readonly view: DataView;
  /** How many of them the guest has now. */
  readonly sizeBytes: number;
  /** Where it has shared regions as well; from 0 to 0 when it has none. */
  readonly window: MemoryRange;
}

/** Why a host call could not use what the guest gave it. */
export type BadPointer = (message: string) => never;

/**
 * A guest's linear memory as host functions see it. Pointers and lengths are whatever the guest passed: they are taken
 * as unsigned 32-bit integers and checked against the size the memory has now, or against its window: no range may cross
 * a border of either. Bytes are copied, never shared, so that they do not change while they are decoded (I13).
 */
export class LinearMemory {
  readonly #memory: AddressableBytes;
  readonly #refuse: BadPointer;

  /** `refuse` ends the guest with a message; it must not return. */
  constructor(memory: AddressableBytes, refuse: BadPointer) {
    this.#memory = memory;
    this.#refuse = refuse;
  }

  /** Size in bytes: the virtual size, as the guest sees it. */
  get sizeBytes(): number {
    return this.#memory.sizeBytes;
  }

  /** Makes sure that `length` bytes at `pointer` are the guest's, before work that will need them. */
  require(pointer: number, length: number): void {
    this.#checked(pointer, length);
  }

  /** A copy of `length` bytes at `pointer`. */
  read(pointer: number, length: number): Uint8Array<ArrayBuffer> {
    const start = this.#checked(pointer, length);
    return this.#memory.bytes.slice(start, start + (length >>> 0));
  }

  /** Copies `bytes` to `pointer`. */
  write(pointer: number, bytes: Uint8Array): void {
    const start = this.#checked(pointer, bytes.byteLength);
    this.#memory.bytes.set(bytes, start);
  }

  /** Fills `length` bytes at `pointer` in place, `fill` being given a view that it must not keep. */
  fill(pointer: number, length: number, fill: (view: Uint8Array) => void): void {
    const start = this.#checked(pointer, length);
    fill(this.#memory.bytes.subarray(start, start + (length >>> 0)));
  }

  /** How many bytes lie before the NUL at or after `pointer`; `max` when there is none among so many. */
  lengthOfText(pointer: number, max: number): number {
    const start = this.#checked(pointer, 1);
    const { sizeBytes, window } = this.#memory;
    const end = Math.min(start + max, start < sizeBytes ? sizeBytes : window.end);
    const found = this.#memory.bytes.subarray(start, end).indexOf(0);
    if (found !== -1) return found;
    // What goes on to the end of the memory has no end, as a bad pointer.
    if (end - start < max) this.#checked(pointer, max);
    return max;
  }

  readU32(pointer: number): number {
    const start = this.#checked(pointer, 4);
    return this.#memory.view.getUint32(start, true);
  }

  writeU8(pointer: number, value: number): void {
    const start = this.#checked(pointer, 1);
    this.#memory.view.setUint8(start, value);
  }

  writeU16(pointer: number, value: number): void {
    const start = this.#checked(pointer, 2);
    this.#memory.view.setUint16(start, value, true);
  }

  writeU32(pointer: number, value: number): void {
    const start = this.#checked(pointer, 4);
    this.#memory.view.setUint32(start, value, true);
  }

  writeU64(pointer: number, value: bigint): void {
    const start = this.#checked(pointer, 8);
    this.#memory.view.setBigUint64(start, value, true);
  }

  /** UTF-8 text of `length` bytes at `pointer`. */
  readText(pointer: number, length: number): string {
    return text(this.read(pointer, length));
  }

  /** The pointer as an offset, if `length` bytes from there are all inside the memory as it is now. */
  #checked(pointer: number, length: number): number {
    const start = pointer >>> 0;
    const size = length >>> 0;
    const { sizeBytes, window } = this.#memory;
    if (start + size <= sizeBytes) return start;
    if (start >= window.start && start + size <= window.end) return start;
    const state = window.end === 0 ? '' : ` and its state from ${window.start} to ${window.end}`;
    return this.#refuse(
      `${size} bytes at pointer ${start} go beyond the memory of ${sizeBytes} bytes${state}`,
    );
  }
}
