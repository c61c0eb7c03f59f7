/** Places of the ring's counters in its Int32Array, each on a cache line of its own: bytes written and read, modulo 2^32. */
const WRITTEN = 0;
const READ = 16;
const HEADER_BYTES = 128;

/** Before each record stands its length, and records begin at multiples of this. */
const ALIGNMENT = 8;

/** In the place of a length: the rest up to the ring's end is not used. */
const SKIP = 0xffff_ffff;

/** Where a record lies: from `start` on, in memory that is seen in two ways. */
export interface RecordPlace {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  start: number;
  length: number;
}

/**
 * A queue of byte records in memory that two threads share: one writes, the other reads (a single-producer,
 * single-consumer ring buffer after Lamport, Specifying concurrent program modules, TOPLAS 1983). Records are contiguous,
 * so that each is read in place.
 */
export class ByteRing {
  readonly shared: SharedArrayBuffer;
  readonly #counters: Int32Array;
  readonly #view: DataView;
  readonly #capacity: number;
  /** Of the record that is written or read now; one for all, since views cost more than most records. */
  readonly #place: RecordPlace;

  /** A ring on `shared`, which `ByteRing.create` made. */
  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#counters = new Int32Array(shared, 0, HEADER_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.#view = new DataView(shared, HEADER_BYTES);
    this.#place = { bytes: new Uint8Array(shared, HEADER_BYTES), view: this.#view, start: 0, length: 0 };
    this.#capacity = this.#view.byteLength;
  }

  /** A ring of `capacity` bytes, a power of two of at least 64. Records of up to half of it always fit when it is empty. */
  static create(capacity: number): ByteRing {
    if (capacity < 64 || !Number.isInteger(Math.log2(capacity)))
      throw new RangeError(`Capacity of a ring is ${capacity}, not a power of two of at least 64`);
    return new ByteRing(new SharedArrayBuffer(HEADER_BYTES + capacity));
  }

  /** Whether there is nothing to read. */
  get isEmpty(): boolean {
    return Atomics.load(this.#counters, WRITTEN) === Atomics.load(this.#counters, READ);
  }

  /** Writes a record of `length` bytes, which `write` fills in place. False, and nothing written, when there is no room. */
  push(length: number, write: (record: RecordPlace) => void): boolean {
    const size = recordBytes(length);
    const written = Atomics.load(this.#counters, WRITTEN) >>> 0;
    const start = written % this.#capacity;
    const skipped = start + size > this.#capacity ? this.#capacity - start : 0;
    if (this.#used(written) + skipped + size > this.#capacity) return false;
    if (skipped > 0) this.#view.setUint32(start, SKIP, true);
    const at = (start + skipped) % this.#capacity;
    this.#view.setUint32(at, length, true);
    write(this.#at(at + ALIGNMENT, length));
    Atomics.store(this.#counters, WRITTEN, (written + skipped + size) | 0);
    return true;
  }

  /** Reads the oldest record in place: `read` must not keep it. Undefined when there is none. */
  shift<T>(read: (record: RecordPlace) => T): T | undefined {
    if (this.isEmpty) return undefined;
    const at = (Atomics.load(this.#counters, READ) >>> 0) % this.#capacity;
    const length = this.#view.getUint32(at, true);
    if (length === SKIP) {
      Atomics.add(this.#counters, READ, this.#capacity - at);
      return this.shift(read);
    }
    const value = read(this.#at(at + ALIGNMENT, length));
    Atomics.add(this.#counters, READ, recordBytes(length));
    return value;
  }

  #at(start: number, length: number): RecordPlace {
    this.#place.start = start;
    this.#place.length = length;
    return this.#place;
  }

  #used(written: number): number {
    return (written - (Atomics.load(this.#counters, READ) >>> 0)) >>> 0;
  }
}

function recordBytes(length: number): number {
  return ALIGNMENT + Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
