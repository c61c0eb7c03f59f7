import { checkRange, CHUNK_BYTES, type ByteRange, type Piece, type Push, type StateKey } from '@faasm/state';
import type { Slab } from './thread/messages.ts';

/** How large a slab becomes, in bytes: what one message brings to the thread. */
const SLAB_BYTES = 16 * CHUNK_BYTES;

/** How many parts it has at most, so that many small ones are bounded too. */
const RANGES_MAX = 4_096;

/**
 * Packs the pieces of a push into slabs, as they come: what the caller shares may change, so that bytes are copied at once. A
 * slab that is full ends where a chunk does. There is always a last one, which may be empty. Throws `state.bad_range` for
 * a piece that is not inside the value.
 */
export async function* slabsOf(
  key: StateKey,
  { pieces, sizeBytes }: Pick<Push, 'pieces' | 'sizeBytes'>,
): AsyncGenerator<Slab> {
  let packer = new SlabPacker();
  for await (const piece of pieces) {
    checkRange(key, sizeBytes, { start: piece.offset, end: piece.offset + piece.bytes.byteLength });
    for (let rest = packer.add(piece); rest.bytes.byteLength > 0; rest = packer.add(rest)) {
      yield packer.slab();
      packer = new SlabPacker();
    }
  }
  yield packer.slab();
}

/** Packs parts of a value into one buffer, which grows with them. */
class SlabPacker {
  readonly #ranges: ByteRange[] = [];
  #buffer = new ArrayBuffer(0);
  #used = 0;

  /** Takes as much of a piece as there is room for, and gives back the rest. */
  add({ offset, bytes }: Piece): Piece {
    const taken = bytes.subarray(0, this.#room({ offset, bytes }));
    if (taken.byteLength > 0) {
      this.#grow(this.#used + taken.byteLength);
      new Uint8Array(this.#buffer).set(taken, this.#used);
      this.#used += taken.byteLength;
      this.#addRange({ start: offset, end: offset + taken.byteLength });
    }
    return { offset: offset + taken.byteLength, bytes: bytes.subarray(taken.byteLength) };
  }

  /** What was packed; the packer is of no use afterwards. */
  slab(): Slab {
    const bytes = new Uint8Array(this.#buffer.transfer(this.#used));
    return { ranges: this.#ranges, bytes };
  }

  /** How many bytes of a piece are taken. */
  #room({ offset, bytes }: Piece): number {
    if (this.#ranges.length >= RANGES_MAX) return 0;
    const room = SLAB_BYTES - this.#used;
    if (bytes.byteLength <= room) return bytes.byteLength;
    const end = Math.floor((offset + room) / CHUNK_BYTES) * CHUNK_BYTES;
    return Math.max(0, end - offset);
  }

  #grow(usedBytes: number): void {
    const size = this.#buffer.byteLength;
    if (usedBytes <= size) return;
    this.#buffer = this.#buffer.transfer(Math.max(usedBytes, Math.min(2 * size, SLAB_BYTES)));
  }

  #addRange(range: ByteRange): void {
    const last = this.#ranges.at(-1);
    if (last?.end === range.start) this.#ranges.splice(-1, 1, { start: last.start, end: range.end });
    else this.#ranges.push(range);
  }
}
