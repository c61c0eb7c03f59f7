const WORD: i32 = 4;
const HEAD: i32 = 2 * WORD;

/** Where an entry is in the bytes of its bucket. */
class Place {
  constructor(
    readonly at: i32,
    readonly keySize: i32,
    readonly valueSize: i32,
  ) {}

  get size(): i32 {
    return HEAD + this.keySize + this.valueSize;
  }

  get valueAt(): i32 {
    return this.at + HEAD + this.keySize;
  }
}

/**
 * A part of a `StateMap`, as bytes: the number of buckets, then entries until a 0: the size of the key plus 1, that of the
 * value, key, value; sizes have 4 bytes. Libraries in other languages read the same bytes.
 */
export class MapBucket {
  private places: Place[] = [];
  /** Where the next entry would begin. */
  private end: i32 = WORD;
  /** Whether it is one of a map with so many buckets. */
  isValid: bool = false;

  /** Of at least 4 bytes that were read; zeros for a new one. */
  constructor(
    readonly bytes: ArrayBuffer,
    buckets: i32,
  ) {
    if (this.word(0) == 0) this.setWord(0, buckets);
    this.isValid = this.word(0) == buckets && this.parse();
  }

  /** FNV-1a: says which bucket a key is in. */
  static hash(key: ArrayBuffer): u32 {
    let value: u32 = 0x811c9dc5;
    for (let at = 0; at < key.byteLength; at++)
      value = (value ^ load<u8>(changetype<usize>(key) + at)) * 0x01000193;
    return value;
  }

  /** A copy of a value; null if there is none. */
  get(key: ArrayBuffer): ArrayBuffer | null {
    const index = this.find(key);
    return index == -1 ? null : this.valueOf(this.places[index]);
  }

  /** Sets an entry. False, and nothing is changed, when there is no room. */
  put(key: ArrayBuffer, value: ArrayBuffer): bool {
    const index = this.find(key);
    const rest = this.end - (index == -1 ? 0 : this.places[index].size);
    const room = this.bytes.byteLength - rest - HEAD;
    if (room < key.byteLength || room - key.byteLength < value.byteLength) return false;
    this.remove(key);
    this.setWord(this.end, key.byteLength + 1);
    this.setWord(this.end + WORD, value.byteLength);
    const start = changetype<usize>(this.bytes) + this.end + HEAD;
    memory.copy(start, changetype<usize>(key), key.byteLength);
    memory.copy(start + key.byteLength, changetype<usize>(value), value.byteLength);
    return this.parse();
  }

  /** Removes an entry; whether there was one. */
  remove(key: ArrayBuffer): bool {
    const index = this.find(key);
    if (index == -1) return false;
    const place = this.places[index];
    const start = changetype<usize>(this.bytes) + place.at;
    const rest = this.bytes.byteLength - place.at - place.size;
    memory.copy(start, start + place.size, rest);
    memory.fill(start + rest, 0, place.size);
    return this.parse();
  }

  /** Copies of the keys. */
  keys(): ArrayBuffer[] {
    const keys: ArrayBuffer[] = [];
    for (let index = 0; index < this.places.length; index++) {
      const place = this.places[index];
      keys.push(this.bytes.slice(place.at + HEAD, place.valueAt));
    }
    return keys;
  }

  private valueOf(place: Place): ArrayBuffer {
    return this.bytes.slice(place.valueAt, place.valueAt + place.valueSize);
  }

  private find(key: ArrayBuffer): i32 {
    const start = changetype<usize>(this.bytes);
    for (let index = 0; index < this.places.length; index++) {
      const place = this.places[index];
      if (place.keySize != key.byteLength) continue;
      if (memory.compare(start + place.at + HEAD, changetype<usize>(key), place.keySize) == 0) return index;
    }
    return -1;
  }

  /** Finds the entries. False for bytes that are none: somebody else wrote them. */
  private parse(): bool {
    this.places = [];
    this.end = WORD;
    while (this.end + HEAD <= this.bytes.byteLength && this.word(this.end) != 0) {
      const keySize = this.word(this.end) - 1;
      const valueSize = this.word(this.end + WORD);
      const room: u32 = this.bytes.byteLength - this.end - HEAD;
      if (<u32>keySize > room || <u32>valueSize > room - keySize) return false;
      const place = new Place(this.end, keySize, valueSize);
      this.places.push(place);
      this.end += place.size;
    }
    return true;
  }

  private word(at: i32): i32 {
    return load<i32>(changetype<usize>(this.bytes) + at);
  }

  private setWord(at: i32, value: i32): void {
    store<i32>(changetype<usize>(this.bytes) + at, value);
  }
}
