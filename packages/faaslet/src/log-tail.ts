import { EMPTY_BYTES } from '@faasm/stdx';

/** Room made at first; doubled whenever it is full. */
const INITIAL_BYTES = 1_024;

/** Keeps the last bytes of a stream of any length, and leaves no garbage behind: guests may print for as long as they run. */
export class LogTail {
  readonly #bytesMax: number;
  /** Written around and around once it is as large as it may be. */
  #ring: Uint8Array<ArrayBuffer> = EMPTY_BYTES;
  /** Where the next byte goes. */
  #at = 0;
  #size = 0;

  /** Keeps the last `bytesMax` bytes. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Appends a copy of `bytes`. */
  append(bytes: Uint8Array): void {
    const kept = bytes.subarray(Math.max(0, bytes.byteLength - this.#bytesMax));
    if (kept.byteLength === 0) return;
    this.#makeRoom(this.#size + kept.byteLength);
    const untilEnd = kept.subarray(0, this.#ring.byteLength - this.#at);
    this.#ring.set(untilEnd, this.#at);
    this.#ring.set(kept.subarray(untilEnd.byteLength), 0);
    this.#at = (this.#at + kept.byteLength) % this.#ring.byteLength;
    this.#size = Math.min(this.#size + kept.byteLength, this.#ring.byteLength);
  }

  /** A copy of the last bytes, at most as many as the tail keeps. */
  bytes(): Uint8Array<ArrayBuffer> {
    if (this.#size === 0) return EMPTY_BYTES;
    const from = this.#size < this.#ring.byteLength ? 0 : this.#at;
    const tail = new Uint8Array(this.#size);
    tail.set(this.#ring.subarray(from, this.#size));
    tail.set(this.#ring.subarray(0, from), this.#size - from);
    return tail;
  }

  /** It only grows before it was written around. */
  #makeRoom(size: number): void {
    if (size <= this.#ring.byteLength || this.#ring.byteLength === this.#bytesMax) return;
    const room = Math.max(size, INITIAL_BYTES, 2 * this.#ring.byteLength);
    const ring = new Uint8Array(Math.min(room, this.#bytesMax));
    ring.set(this.#ring);
    this.#ring = ring;
    this.#at = this.#size;
  }
}
