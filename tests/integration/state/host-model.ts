import { CHUNK_BYTES, type ByteRange } from '@faasm/state';

/** A value in the global tier as a list of bytes. */
export interface ValueModel {
  bytes: Uint8Array | undefined;
  /** How often it was changed. */
  changes: number;
}

/** What a host has of one value, byte by byte: said again, simply, so that tests can compare. */
export class HostModel {
  readonly #global: ValueModel;
  readonly #sizeBytes: number;
  readonly #copy: Uint8Array;
  readonly #dirty: Uint8Array;
  readonly #pulled: Uint8Array;
  /** Bytes as they were last pulled or pushed, once it is mapped. */
  #base: Uint8Array | undefined;
  /** Whether the global tier had the value when this host last heard of it. */
  #isKnown: boolean;
  /** Of the change that this host last heard of. */
  #heard: number;

  constructor(global: ValueModel, sizeBytes: number) {
    this.#global = global;
    this.#sizeBytes = sizeBytes;
    this.#copy = new Uint8Array(sizeBytes);
    this.#dirty = new Uint8Array(sizeBytes);
    this.#isKnown = global.bytes !== undefined;
    this.#heard = global.changes;
    // By byte, though only whole chunks are pulled.
    this.#pulled = new Uint8Array(sizeBytes).fill(this.#isKnown ? 0 : 1);
  }

  get isDirty(): boolean {
    return this.#dirty.includes(1);
  }

  get isMapped(): boolean {
    return this.#base !== undefined;
  }

  /** Before each use, since nobody used it meanwhile. False when there is another value, or none. */
  refreshIfChanged(): boolean {
    if (!this.#isKnown || this.isDirty) return true;
    if (this.#global.bytes === undefined) return false;
    if (this.#heard !== this.#global.changes) this.#pulled.fill(0);
    this.#heard = this.#global.changes;
    return true;
  }

  read({ start, end }: ByteRange): Uint8Array {
    this.#pull({ start, end });
    return this.#copy.slice(start, end);
  }

  write(range: ByteRange, value: number): void {
    const { start, end } = range;
    if (start === end) return;
    // What is overwritten as a whole chunk is not looked at.
    for (const at of [start, end - 1])
      if (!isWhole(range, at, this.#sizeBytes)) this.#pull({ start: at, end: at + 1 });
    this.#pulled.fill(1, ...this.#chunks(range));
    this.#copy.fill(value, start, end);
    this.#dirty.fill(1, start, end);
  }

  map(range: ByteRange): void {
    if (this.#base === undefined) {
      this.#base = new Uint8Array(this.#sizeBytes);
      for (let at = 0; at < this.#sizeBytes; at++)
        if (this.#isKnown && this.#pulled[at] === 1) this.#base[at] = this.#copy[at] ?? 0;
    }
    this.#pull(range);
  }

  writeMapped({ start, end }: ByteRange, value: number): void {
    this.#copy.fill(value, start, end);
  }

  flag({ start, end }: ByteRange): void {
    this.#dirty.fill(1, start, end);
  }

  /** Overwrites everything. */
  refresh(): void {
    this.#dirty.fill(0);
    this.#pulled.fill(0);
    this.#pull({ start: 0, end: this.#sizeBytes });
  }

  /** What a push sends, byte by byte. */
  toSend(): Uint8Array {
    if (this.isDirty) return this.#dirty.slice();
    const base = this.#base;
    if (base === undefined) return new Uint8Array(this.#sizeBytes);
    return this.#copy.map((byte, at) => (this.#pulled[at] === 1 && byte !== base[at] ? 1 : 0));
  }

  push(mask?: Uint8Array): void {
    // In parts that are larger than values here.
    if (mask?.includes(1) === true) this.#pull({ start: 0, end: this.#sizeBytes });
    const sent = mask ?? this.toSend();
    if (!sent.includes(1) && this.#isKnown) return;
    const bytes = this.#global.bytes ?? new Uint8Array(this.#sizeBytes);
    for (const [at, one] of sent.entries()) {
      if (one === 0) continue;
      bytes[at] = this.#copy[at] ?? 0;
      if (this.#base !== undefined) this.#base[at] = bytes[at];
      this.#dirty[at] = 0;
    }
    this.#global.bytes = bytes;
    this.#global.changes += 1;
    this.#heard = this.#global.changes;
    this.#isKnown = true;
  }

  /** A push that came to nothing: what it was to send is marked. */
  failToPush(): void {
    for (const [at, one] of this.toSend().entries()) if (one === 1) this.#dirty[at] = 1;
  }

  #pull(range: ByteRange): void {
    const [start, end] = this.#chunks(range);
    let heard = false;
    for (let at = start; at < end; at++) {
      if (this.#pulled[at] === 1) continue;
      heard = true;
      this.#pulled[at] = 1;
      const byte = this.#global.bytes?.[at] ?? 0;
      if (this.#base !== undefined) this.#base[at] = byte;
      if (this.#dirty[at] === 0) this.#copy[at] = byte;
    }
    if (!heard) return;
    this.#isKnown = this.#global.bytes !== undefined;
    this.#heard = this.#global.changes;
  }

  #chunks({ start, end }: ByteRange): [number, number] {
    if (start === end) return [0, 0];
    const first = Math.floor(start / CHUNK_BYTES) * CHUNK_BYTES;
    return [first, Math.min(this.#sizeBytes, Math.ceil(end / CHUNK_BYTES) * CHUNK_BYTES)];
  }
}

function isWhole({ start, end }: ByteRange, at: number, sizeBytes: number): boolean {
  const first = Math.floor(at / CHUNK_BYTES) * CHUNK_BYTES;
  return start <= first && end >= Math.min(sizeBytes, first + CHUNK_BYTES);
}
