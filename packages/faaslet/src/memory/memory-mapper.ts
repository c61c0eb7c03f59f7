/** Bytes that memories can begin with: sealed, so that nobody can change, shrink or grow them. */
export interface MemoryImage {
  /** Of this process; threads share it. */
  readonly fd: number;
  /** A multiple of 64 KiB. */
  readonly sizeBytes: number;
}

/** A part of a memory. */
export interface Extent {
  /** In bytes from the beginning of the memory. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A range of a memory, in bytes from its beginning, both multiples of 4 KiB. */
export interface MemoryRange {
  readonly start: number;
  readonly end: number;
}

/** Bytes that memories share: what is written to one is seen in all at once. Sealed, so that nobody can shrink or grow them. */
export interface SharedRegion {
  /** Of this process; threads share it. */
  readonly fd: number;
  /** A multiple of 64 KiB. */
  readonly sizeBytes: number;
}

/** A place in a region, in bytes from its beginning. */
export interface RegionPlace {
  readonly region: SharedRegion;
  readonly offset: number;
}

/** A part of a region that is mapped; its place and its size are multiples of 64 KiB. */
export interface RegionRange extends RegionPlace {
  readonly sizeBytes: number;
}

/** One memory whose pages are under control. Ranges beyond its end are refused with a `RangeError`. */
export interface MappedMemory {
  /** Maps an image, copy-on-write, over the beginning of the memory, and makes it accessible. */
  mapImage(image: MemoryImage): void;
  /**
   * Maps a part of a region into the memory, from the byte `at` on, which is a multiple of 64 KiB. `close` takes it away
   * again and leaves the region as it is.
   */
  mapRegion(range: RegionRange, at: number): void;
  /** Lets the guest read and write a range; pages that were not there before hold zeros. */
  open(range: MemoryRange): void;
  /** Takes a range away: its bytes are gone, and an access of the guest traps. */
  close(range: MemoryRange): void;
  /** Forgets what was written to an open range: the image shows again, or zeros where there is none. */
  discard(range: MemoryRange): void;
  /**
   * The parts of a range of the mapped image that were written since it was mapped or discarded, possibly with others,
   * in ascending order. Undefined where the system cannot tell, or when they are very many.
   */
  changed(range: MemoryRange): readonly MemoryRange[] | undefined;
}

/** Port: what the operating system does with the pages of linear memories. Its methods throw `host.capacity` when it has no more. */
export interface MemoryMapper {
  /** Makes an image of `sizeBytes` that holds the extents, and zeros elsewhere. */
  createImage(sizeBytes: number, extents: readonly Extent[]): MemoryImage;
  /** Gives an image back. What is mapped of it stays as it is; it must not be mapped again. */
  closeImage(image: MemoryImage): void;
  /** Makes a region of `sizeBytes` zeros, a multiple of 64 KiB. Throws a `RangeError` for another size. */
  createRegion(sizeBytes: number): SharedRegion;
  /** Gives a region back. What is mapped of it stays until it is closed; the region must not be used any more. */
  closeRegion(region: SharedRegion): void;
  /** Fills `into` with the bytes of a region from a place on. Throws a `RangeError` beyond its end. */
  readRegion(place: RegionPlace, into: Uint8Array): void;
  /** Writes `bytes` into a region from a place on. Throws a `RangeError` beyond its end. */
  writeRegion(place: RegionPlace, bytes: Uint8Array): void;
  /** Takes control of the pages of a memory, all of which are open, as are those that it grows by. It must not be empty. */
  control(memory: WebAssembly.Memory): MappedMemory;
}
