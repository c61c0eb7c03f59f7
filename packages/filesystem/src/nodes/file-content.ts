import { refuse } from '../file-error.ts';
import type { Room } from '../room.ts';

/** What a write copies up at most when it changes a byte, and the unit in which files are held. */
export const CHUNK_BYTES = 65_536;

/** The least that is held for a file with bytes. */
const HELD_BYTES_MIN = 512;

/**
 * The bytes of a file: read-only ones below, which may lie in memory that others share, and over them chunks that the call
 * wrote. What was never written is zero and takes no room.
 */
export class FileContent {
  readonly #room: Room;
  /** Undefined until there is one: most files are only read. */
  #chunks: Map<number, Uint8Array<ArrayBuffer>> | undefined;
  readonly #sizeMax: number;
  /** Read-only, and cut when the file is. */
  #lower: Uint8Array;
  #sizeBytes: number;

  constructor(lower: Uint8Array, room: Room) {
    this.#room = room;
    this.#lower = lower;
    this.#sizeBytes = lower.byteLength;
    this.#sizeMax = Math.max(lower.byteLength, room.bytesMax);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Copies bytes from `offset` into `target`; returns how many there were. */
  readAt(offset: number, target: Uint8Array): number {
    const length = Math.min(target.byteLength, this.#sizeBytes - offset);
    if (length <= 0) return 0;
    for (let done = 0; done < length;) {
      const start = (offset + done) % CHUNK_BYTES;
      const count = Math.min(CHUNK_BYTES - start, length - done);
      const source = this.#chunk((offset + done - start) / CHUNK_BYTES);
      const there = Math.max(0, Math.min(count, source.byteLength - start));
      if (there > 0) target.set(part(source, start, there), done);
      if (there < count) target.fill(0, done + there, done + count);
      done += count;
    }
    return length;
  }

  /** Copies `source` to `offset`; returns how much of it found room. Throws `nospc` when nothing did, and `fbig`. */
  writeAt(offset: number, source: Uint8Array): number {
    if (source.byteLength === 0) return 0;
    if (offset >= this.#sizeMax) refuse('fbig');
    const length = Math.min(source.byteLength, this.#sizeMax - offset);
    let done = 0;
    while (done < length) {
      const start = (offset + done) % CHUNK_BYTES;
      const count = Math.min(CHUNK_BYTES - start, length - done);
      const chunk = this.#held((offset + done - start) / CHUNK_BYTES, start + count);
      if (chunk === undefined) break;
      chunk.set(part(source, done, count), start);
      done += count;
    }
    if (done === 0) refuse('nospc');
    this.#sizeBytes = Math.max(this.#sizeBytes, offset + done);
    return done;
  }

  /** Throws `fbig` when the file cannot become so large. */
  checkSize(sizeBytes: number): void {
    if (sizeBytes > this.#sizeMax) refuse('fbig');
  }

  /** Makes sure that a write to `length` bytes at `offset`, of one chunk at most, finds room. Throws `nospc` and `fbig`. */
  hold(offset: number, length: number): void {
    this.checkSize(offset + length);
    for (let at = offset; at < offset + length;) {
      const start = at % CHUNK_BYTES;
      const count = Math.min(CHUNK_BYTES - start, offset + length - at);
      if (this.#held((at - start) / CHUNK_BYTES, start + count) === undefined) refuse('nospc');
      at += count;
    }
    this.#sizeBytes = Math.max(this.#sizeBytes, offset + length);
  }

  /** Cuts the file, or lets it grow by zeros that take no room. Throws `fbig`. */
  setSize(sizeBytes: number): void {
    this.checkSize(sizeBytes);
    if (sizeBytes < this.#sizeBytes) this.#cut(sizeBytes);
    this.#sizeBytes = sizeBytes;
  }

  /** Gives back all room: nobody can reach the file any more. */
  release(): void {
    this.#cut(0);
    this.#sizeBytes = 0;
  }

  #cut(sizeBytes: number): void {
    const rest = sizeBytes % CHUNK_BYTES;
    const last = (sizeBytes - rest) / CHUNK_BYTES;
    for (const [index, chunk] of this.#chunks ?? []) {
      if (index < last) continue;
      if (index === last && rest > 0) {
        chunk.fill(0, Math.min(rest, chunk.byteLength));
        continue;
      }
      this.#room.giveBytes(chunk.byteLength);
      this.#chunks?.delete(index);
    }
    if (sizeBytes < this.#lower.byteLength) this.#lower = this.#lower.subarray(0, sizeBytes);
  }

  /** The bytes of a chunk; those that are missing at its end are zero. */
  #chunk(index: number): Uint8Array {
    return this.#chunks?.get(index) ?? this.#lower.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
  }

  /** A chunk that can be written up to `end`; undefined when there is no room for it. */
  #held(index: number, end: number): Uint8Array | undefined {
    const known = this.#chunks?.get(index);
    if (known !== undefined && known.byteLength >= end) return known;
    const before = this.#chunk(index);
    const size = heldBytes(Math.max(end, before.byteLength));
    if (!this.#room.takeBytes(size - (known?.byteLength ?? 0))) return undefined;
    const chunk = new Uint8Array(size);
    chunk.set(before);
    (this.#chunks ??= new Map()).set(index, chunk);
    return chunk;
  }
}

/** Views are made only where they differ: that costs as much as copying some kilobytes. */
function part(bytes: Uint8Array, start: number, length: number): Uint8Array {
  return length === bytes.byteLength ? bytes : bytes.subarray(start, start + length);
}

/** Doubles, so that a file that grows byte by byte is not copied at each. */
function heldBytes(needed: number): number {
  let size = HELD_BYTES_MIN;
  while (size < needed) size *= 2;
  return size;
}
