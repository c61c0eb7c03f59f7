import { FaasmError } from '@faasm/protocol';
import { PIECE_BYTES_MAX } from './byte-range.ts';
import { formatStateKey, type StateKey } from './state-key.ts';

/** Largest element of a log, in bytes. */
export const ELEMENT_BYTES_MAX: number = PIECE_BYTES_MAX;

/** Most elements that are read at once, as empty ones have no bytes to be bounded by. */
export const ELEMENTS_READ_MAX = 1_000_000;

/** How much of a log is read. */
export interface AppendedTerms {
  /** At most so many elements. */
  readonly count: number;
  /** Of all that are read, in bytes. */
  readonly bytesMax: number;
}

/** Collects the first elements of a log, so that nobody holds more of them than whoever asked has room for. */
export class AppendedElements {
  readonly list: Uint8Array[] = [];
  readonly #key: StateKey;
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(key: StateKey, { bytesMax }: AppendedTerms) {
    this.#key = key;
    this.#bytesMax = bytesMax;
  }

  /** Throws `state.too_large` when there are more bytes, or elements, than may be read. */
  add(element: Uint8Array): void {
    this.#bytes += element.byteLength;
    if (this.#bytes > this.#bytesMax || this.list.length >= ELEMENTS_READ_MAX)
      throw tooMuchAppended(this.#key, this.#bytesMax);
    this.list.push(element);
  }
}

/** How a reading ends that would have more bytes, or elements, than may be read. */
export function tooMuchAppended(key: StateKey, bytesMax: number): FaasmError {
  const message = `The elements of ${formatStateKey(key)} have more than ${bytesMax} bytes, or are more than ${ELEMENTS_READ_MAX}`;
  return new FaasmError('state.too_large', message);
}
