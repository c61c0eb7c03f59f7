import { concat, EMPTY_BYTES } from '@faasm/stdx';

/** Room made at first; doubled whenever it is full. */
const INITIAL_BYTES = 1_024;

/** Collects the bytes of a stream up to a bound; beyond it nothing is kept, but it is known that there was more. */
export class BoundedCapture {
  readonly #bytesMax: number;
  #buffer = EMPTY_BYTES;
  #size = 0;
  #overflowed = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Whether more came than the bound allows. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** Appends a copy of `bytes`, unless the bound was or is now passed. */
  append(bytes: Uint8Array): void {
    if (this.#overflowed) return;
    const size = this.#size + bytes.byteLength;
    if (size > this.#bytesMax) {
      this.#overflowed = true;
      this.#buffer = EMPTY_BYTES;
      this.#size = 0;
      return;
    }
    if (size > this.#buffer.byteLength) this.#grow(size);
    this.#buffer.set(bytes, this.#size);
    this.#size = size;
  }

  /** What was collected; empty after an overflow. */
  bytes(): Uint8Array<ArrayBuffer> {
    if (this.#size === 0) return EMPTY_BYTES;
    return this.#buffer.slice(0, this.#size);
  }

  #grow(size: number): void {
    const room = Math.max(size, INITIAL_BYTES, this.#buffer.byteLength * 2);
    this.#buffer = concat([
      this.#buffer,
      new Uint8Array(Math.min(room, this.#bytesMax) - this.#buffer.byteLength),
    ]);
  }
}
