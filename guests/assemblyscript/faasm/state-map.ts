import { MapBucket } from './map-bucket';
import { readCurrent } from './read-current';
import { compareAndSetState, deleteState } from './state';

/** What came of a conditional change. */
export enum MapChange {
  done,
  different,
  full,
}

/**
 * A map from strings to bytes for functions on all hosts. Every change is a compare-and-set of the bucket that the key is in,
 * tried again when another came first: none is lost, and what is read is what was there at one moment. It is meant for what
 * is read and changed now and then; each use asks the global copy two or three times.
 */
export class StateMap {
  private version: i64 = 0;

  /**
   * Entries are spread over `buckets` state values, KEY/0 and so on, of `bucketBytes` each: only changes of one bucket get in
   * each other's way. An entry takes 8 bytes beside its key and its value; a change sends a bucket. All who use the map
   * say the same.
   */
  constructor(
    private key: string,
    private buckets: i32 = 16,
    private bucketBytes: i32 = 16_384,
  ) {
    assert(buckets > 0 && bucketBytes > 12, 'Map without a bucket, or with ones in which no entry has room');
  }

  /** A copy of a value; null if there is none. */
  get(entry: string): ArrayBuffer | null {
    const key = String.UTF8.encode(entry);
    return this.read(this.bucketOf(key)).get(key);
  }

  /** Sets an entry, whatever it was. False when its bucket has no room: then nothing is changed. */
  put(entry: string, value: ArrayBuffer): bool {
    const key = String.UTF8.encode(entry);
    const index = this.bucketOf(key);
    while (true) {
      const bucket = this.read(index);
      if (!bucket.put(key, value)) return false;
      if (this.write(index, bucket)) return true;
    }
  }

  /** Sets an entry if it has the expected value, or, with null, if there is none. */
  replace(entry: string, expected: ArrayBuffer | null, value: ArrayBuffer): MapChange {
    const key = String.UTF8.encode(entry);
    const index = this.bucketOf(key);
    while (true) {
      const bucket = this.read(index);
      if (!areSame(bucket.get(key), expected)) return MapChange.different;
      if (!bucket.put(key, value)) return MapChange.full;
      if (this.write(index, bucket)) return MapChange.done;
    }
  }

  /** Removes an entry; whether there was one. */
  remove(entry: string): bool {
    const key = String.UTF8.encode(entry);
    const index = this.bucketOf(key);
    while (true) {
      const bucket = this.read(index);
      if (!bucket.remove(key)) return false;
      if (this.write(index, bucket)) return true;
    }
  }

  /** All keys, in no order. Those of one bucket are of one moment, those of two need not be. */
  keys(): string[] {
    const all: string[] = [];
    for (let index = 0; index < this.buckets; index++) {
      const keys = this.read(index).keys();
      for (let each = 0; each < keys.length; each++) all.push(String.UTF8.decode(keys[each]));
    }
    return all;
  }

  /** Removes all entries, bucket by bucket. */
  clear(): void {
    for (let index = 0; index < this.buckets; index++) deleteState(this.nameOf(index));
  }

  private bucketOf(key: ArrayBuffer): i32 {
    return <i32>(MapBucket.hash(key) % <u32>this.buckets);
  }

  private nameOf(index: i32): string {
    return `${this.key}/${index}`;
  }

  private read(index: i32): MapBucket {
    const bytes = new ArrayBuffer(this.bucketBytes);
    this.version = readCurrent(this.nameOf(index), bytes);
    const bucket = new MapBucket(bytes, this.buckets);
    if (!bucket.isValid) assert(false, `Map ${this.key} does not have ${this.buckets} buckets`);
    return bucket;
  }

  /** False when the bucket was changed since it was read, as the last one. */
  private write(index: i32, bucket: MapBucket): bool {
    return compareAndSetState(this.nameOf(index), this.version, bucket.bytes) != -1;
  }
}

function areSame(one: ArrayBuffer | null, other: ArrayBuffer | null): bool {
  if (one === null || other === null) return one === null && other === null;
  if (one.byteLength != other.byteLength) return false;
  return memory.compare(changetype<usize>(one), changetype<usize>(other), one.byteLength) == 0;
}
