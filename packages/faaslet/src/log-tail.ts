import { concat, EMPTY_BYTES } from '@faasm/stdx';

/** Keeps the last bytes of a stream of any length in at most twice their room. */
export class LogTail {
  readonly #bytesMax: number;
  #chunks: Uint8Array[] = [];
  #size = 0;

  /** Keeps at least the last `bytesMax` bytes. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Appends a copy of `bytes`. */
  append(bytes: Uint8Array): void {
    const kept = bytes.slice(Math.max(0, bytes.byteLength - this.#bytesMax));
    this.#chunks.push(kept);
    this.#size += kept.byteLength;
    if (this.#size > 2 * this.#bytesMax || this.#chunks.length > CHUNKS_MAX) this.#compact();
  }

  /** The last bytes, at most as many as the tail keeps. */
  bytes(): Uint8Array<ArrayBuffer> {
    if (this.#size === 0) return EMPTY_BYTES;
    return this.#compact();
  }

  #compact(): Uint8Array<ArrayBuffer> {
    const whole = concat(this.#chunks);
    const tail = whole.slice(Math.max(0, whole.byteLength - this.#bytesMax));
    this.#chunks = [tail];
    this.#size = tail.byteLength;
    return tail;
  }
}

/** A guest that prints single bytes must not cost an array for each of them. */
const CHUNKS_MAX = 1_024;
