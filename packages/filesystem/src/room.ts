import { LIMITS } from '@faasm/protocol';
import { refuse } from './file-error.ts';

/** How much a call may write. */
export interface FileLimits {
  /** Held by its files, in bytes; also the largest size of a file that it writes. */
  readonly writtenBytes: number;
  /** Names that it may add to directories. */
  readonly writtenEntries: number;
  /** Descriptors that are open at once. */
  readonly descriptors: number;
}

/** What is in force where nothing else was chosen. */
export const FILE_LIMITS: FileLimits = {
  writtenBytes: LIMITS.writtenBytes.default,
  writtenEntries: LIMITS.writtenEntries.default,
  descriptors: LIMITS.descriptors.default,
};

/** What is left of the room that a call has for its files. */
export class Room {
  readonly bytesMax: number;
  #bytes: number;
  #entries: number;

  constructor({ writtenBytes, writtenEntries }: FileLimits) {
    this.bytesMax = writtenBytes;
    this.#bytes = writtenBytes;
    this.#entries = writtenEntries;
  }

  /** Takes room for `count` bytes; false when there is not so much, and then none is taken. */
  takeBytes(count: number): boolean {
    if (count > this.#bytes) return false;
    this.#bytes -= count;
    return true;
  }

  giveBytes(count: number): void {
    this.#bytes += count;
  }

  /** Takes room for a name in a directory. Throws `nospc`. */
  takeEntry(): void {
    if (this.#entries === 0) refuse('nospc');
    this.#entries -= 1;
  }

  giveEntry(): void {
    this.#entries += 1;
  }
}
