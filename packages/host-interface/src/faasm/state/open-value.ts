import {
  checkRange,
  CHUNK_BYTES,
  ValueMaps,
  type ByteRange,
  type Region,
  type SharedValue,
  type StateKey,
  type Use,
} from '@faasm/state';

interface Mapping extends ByteRange {
  readonly pointer: number;
}

/** A value that a call uses, as its thread sees it. */
export class OpenValue {
  readonly region: Region;
  readonly sizeBytes: number;
  readonly maps: ValueMaps;
  /** Parts that are mapped into the guest's memory, in whole chunks. */
  readonly #mappings: Mapping[] = [];
  /** Whether the host knows that it is mapped. */
  #mappable = false;

  constructor({ region, sizeBytes, maps }: SharedValue) {
    this.region = region;
    this.sizeBytes = sizeBytes;
    this.maps = new ValueMaps(maps, sizeBytes);
  }

  /** Whether a use needs nothing of the host process. */
  isReady({ range, how }: Use): boolean {
    if (how === 'map' && !this.#mappable) return false;
    const { start, end } = range;
    return this.maps.isPulled({ start, end: Math.min(end, this.sizeBytes) });
  }

  /** The host process has made a use ready. */
  noteReady({ how }: Use): void {
    if (how === 'map') this.#mappable = true;
  }

  /** Throws `state.bad_range` when a range is not inside. */
  check(key: StateKey, range: ByteRange): void {
    checkRange(key, this.sizeBytes, range);
  }

  /** Where a range is in the guest's memory: in a mapping that has it, else in one that `map` makes of whole chunks. */
  pointerTo(range: ByteRange, map: (chunks: ByteRange) => number): number {
    const found = this.#mappings.find(({ start, end }) => start <= range.start && range.end <= end);
    if (found !== undefined) return found.pointer + range.start - found.start;
    const chunks = this.#wholeChunks(range);
    const pointer = map(chunks);
    this.#mappings.push({ ...chunks, pointer });
    return pointer + range.start - chunks.start;
  }

  #wholeChunks({ start, end }: ByteRange): ByteRange {
    const first = Math.floor(start / CHUNK_BYTES) * CHUNK_BYTES;
    const last = Math.max(first + CHUNK_BYTES, Math.ceil(end / CHUNK_BYTES) * CHUNK_BYTES);
    return {
      start: Math.min(first, this.region.sizeBytes - CHUNK_BYTES),
      end: Math.min(last, this.region.sizeBytes),
    };
  }
}
