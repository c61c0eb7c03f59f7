import { byChunk, CHUNK_BYTES, chunkCount, chunksOf, type ByteRange } from '../byte-range.ts';
import { BitSet } from './bit-set.ts';

/**
 * What the threads of a host know together of a value: which chunks hold bytes of the global tier, and which bytes were
 * changed since they were pushed. Every bit is atomic, so that no lock is needed. A chunk that was changed as a whole
 * takes one bit, and others one a byte, in memory that the system gives when it is first used.
 */
export class ValueMaps {
  readonly shared: SharedArrayBuffer;
  readonly #sizeBytes: number;
  readonly #chunks: number;
  readonly #pulled: BitSet;
  readonly #whole: BitSet;
  readonly #partly: BitSet;
  readonly #bytes: BitSet;

  /** The maps of a value on memory that {@link ValueMaps.create} made for it. */
  constructor(shared: SharedArrayBuffer, sizeBytes: number) {
    this.shared = shared;
    this.#sizeBytes = sizeBytes;
    this.#chunks = chunkCount(sizeBytes);
    const each = BitSet.bytesFor(this.#chunks);
    const bits = this.#chunks;
    this.#pulled = new BitSet(shared, { offset: 0, bits });
    this.#whole = new BitSet(shared, { offset: each, bits });
    this.#partly = new BitSet(shared, { offset: 2 * each, bits });
    this.#bytes = new BitSet(shared, { offset: 3 * each, bits: this.#chunks * CHUNK_BYTES });
  }

  /** For a value of which nothing was pulled or changed. */
  static create(sizeBytes: number): ValueMaps {
    const chunks = chunkCount(sizeBytes);
    const bytes = 3 * BitSet.bytesFor(chunks) + BitSet.bytesFor(chunks * CHUNK_BYTES);
    return new ValueMaps(new SharedArrayBuffer(bytes), sizeBytes);
  }

  /** Whether every chunk of a range was pulled. */
  isPulled(range: ByteRange): boolean {
    const { start, end } = chunksOf(range);
    return this.#pulled.all(start, end);
  }

  /** The parts of the value in whole chunks that a range touches and that were not pulled. */
  unpulled(range: ByteRange): ByteRange[] {
    const { start, end } = chunksOf(range);
    return this.#pulled.missing(start, end).map((run) => this.#bytesOf(run));
  }

  /** The parts of the value in whole chunks that were pulled. */
  pulled(): ByteRange[] {
    return this.#pulled.present(0, this.#chunks).map((run) => this.#bytesOf(run));
  }

  /** Notes that the chunks of a range were pulled. */
  notePulled(range: ByteRange): void {
    const { start, end } = chunksOf(range);
    this.#pulled.set(start, end);
  }

  /** Forgets that anything was pulled. */
  forgetPulled(): void {
    this.#pulled.clear(0, this.#chunks);
  }

  /** Forgets that chunks were pulled which a range touches, unless all their bytes are marked. */
  forgetUnmarked(range: ByteRange): void {
    const chunks = chunksOf(range);
    for (let chunk = chunks.start; chunk < chunks.end; chunk++) {
      const { start, end } = this.#bytesOf({ start: chunk, end: chunk + 1 });
      if (!this.#whole.has(chunk) && !this.#bytes.all(start, end)) this.#pulled.clear(chunk, chunk + 1);
    }
  }

  /** Marks bytes as changed. */
  flag({ start, end }: ByteRange): void {
    for (const part of byChunk({ start, end })) {
      const { chunk } = part;
      const base = chunk * CHUNK_BYTES;
      if (part.start === base && part.end === Math.min(this.#sizeBytes, base + CHUNK_BYTES))
        this.#whole.set(chunk, chunk + 1);
      else {
        // The bytes first: who sees that a chunk was changed in part finds which they are.
        this.#bytes.set(part.start, part.end);
        this.#partly.set(chunk, chunk + 1);
      }
    }
  }

  /** Unmarks bytes. */
  unflag(range: ByteRange): void {
    for (const { chunk, start, end } of byChunk(range)) {
      if (this.#whole.has(chunk)) {
        const { start: first, end: last } = this.#bytesOf({ start: chunk, end: chunk + 1 });
        this.#bytes.set(first, last);
        this.#partly.set(chunk, chunk + 1);
        this.#whole.clear(chunk, chunk + 1);
      }
      this.#bytes.clear(start, end);
    }
  }

  /** Whether any byte is marked. */
  get isDirty(): boolean {
    if (this.#whole.any(0, this.#chunks)) return true;
    return this.#partly.present(0, this.#chunks).some((run) => {
      const { start, end } = this.#bytesOf(run);
      return this.#bytes.any(start, end);
    });
  }

  /** The runs of marked bytes in a range that lies within one chunk. */
  dirtyIn({ start, end }: ByteRange): ByteRange[] {
    const chunk = Math.floor(start / CHUNK_BYTES);
    if (this.#whole.has(chunk)) return start < end ? [{ start, end }] : [];
    return this.#partly.has(chunk) ? this.#bytes.present(start, end) : [];
  }

  /**
   * Unmarks what is marked, chunk by chunk as it is asked for the next, and yields the runs of each. What is marked
   * meanwhile is either in a run that comes or stays marked.
   */
  *takeDirty(): Generator<ByteRange[]> {
    for (let chunk = 0; chunk < this.#chunks; chunk++) {
      const whole = this.#whole.has(chunk);
      const partly = this.#partly.has(chunk);
      if (!whole && !partly) continue;
      this.#whole.clear(chunk, chunk + 1);
      this.#partly.clear(chunk, chunk + 1);
      const all = this.#bytesOf({ start: chunk, end: chunk + 1 });
      const runs = this.#bytes.take(all.start, all.end);
      yield whole ? [all] : runs;
    }
  }

  /** Unmarks everything. */
  forgetDirty(): void {
    const chunks = this.takeDirty();
    while (chunks.next().done !== true);
  }

  #bytesOf({ start, end }: ByteRange): ByteRange {
    return { start: start * CHUNK_BYTES, end: Math.min(this.#sizeBytes, end * CHUNK_BYTES) };
  }
}
