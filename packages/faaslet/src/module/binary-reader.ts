/** Why bytes are not a module that this reader understands. */
export class MalformedModuleError extends Error {
  override readonly name = 'MalformedModuleError';
}

/** LEB128 integers of 32 bits take at most this many bytes, of 64 bits at most twice as many. */
const LEB_U32_BYTES_MAX = 5;

/** Reads the primitive values of the WebAssembly binary format, never beyond the end of its bytes. */
export class BinaryReader {
  readonly #bytes: Uint8Array;
  #offset: number;
  readonly #end: number;

  /** Reads `bytes` from `start` up to `end`, both offsets in bytes. */
  constructor(bytes: Uint8Array, start = 0, end: number = bytes.byteLength) {
    this.#bytes = bytes;
    this.#offset = start;
    this.#end = end;
  }

  /** Where the next value begins, in bytes from the start of the module. */
  get offset(): number {
    return this.#offset;
  }

  get atEnd(): boolean {
    return this.#offset >= this.#end;
  }

  /** One byte. */
  u8(): number {
    const byte = this.#offset < this.#end ? this.#bytes[this.#offset] : undefined;
    if (byte === undefined) throw new MalformedModuleError(`Unexpected end at byte ${this.#offset}`);
    this.#offset += 1;
    return byte;
  }

  /** An unsigned LEB128 integer of at most 32 bits. */
  u32(): number {
    const start = this.#offset;
    let value = 0;
    for (let i = 0; i < LEB_U32_BYTES_MAX; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) {
        if (value <= 0xffff_ffff) return value;
        break;
      }
    }
    throw new MalformedModuleError(`Integer at byte ${start} has more than 32 bits`);
  }

  /** A signed LEB128 integer of at most 32 bits. */
  s32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte >= 0x80 && shift < 28) continue;
      return shift < 28 && (byte & 0x40) !== 0 ? value | (-1 << (shift + 7)) : value;
    }
  }

  /** Skips LEB128 integers of any width. */
  skipIntegers(count: number): void {
    for (let left = count; left > 0; left--) {
      while (this.u8() >= 0x80);
    }
  }

  /** The next byte, which stays unread. */
  peek(): number {
    const byte = this.u8();
    this.#offset -= 1;
    return byte;
  }

  /** A view of what `read` reads. */
  taken(read: () => void): Uint8Array {
    const start = this.#offset;
    read();
    return this.#bytes.subarray(start, this.#offset);
  }

  /** A view of the next `length` bytes. */
  take(length: number): Uint8Array {
    const start = this.#offset;
    if (start + length > this.#end) {
      throw new MalformedModuleError(`${length} bytes at byte ${start} go beyond byte ${this.#end}`);
    }
    this.#offset = start + length;
    return this.#bytes.subarray(start, this.#offset);
  }
}
