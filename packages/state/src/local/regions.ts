/** Memory that Faaslets map: sealed, so that nobody can shrink or grow it. */
export interface Region {
  /** Of this process; threads share it. */
  readonly fd: number;
  /** A multiple of the size of a chunk. */
  readonly sizeBytes: number;
}

/** A place in a region, in bytes from its beginning. */
export interface RegionPlace {
  readonly region: Region;
  readonly offset: number;
}

/** What a host keeps the bytes of its values in. The port that maps memory offers it. */
export interface Regions {
  /** Makes a region of zeros. Throws `host.capacity` when the system gives none. */
  createRegion(sizeBytes: number): Region;
  /** Gives a region back. What is mapped of it stays; it must not be used again. */
  closeRegion(region: Region): void;
  readRegion(place: RegionPlace, into: Uint8Array): void;
  writeRegion(place: RegionPlace, bytes: Uint8Array): void;
}
