import { FaasmError } from '@faasm/protocol';
import {
  byChunk,
  CHUNK_BYTES,
  chunkCount,
  inParts,
  PIECE_BYTES_MAX,
  type ByteRange,
  type Piece,
} from '../byte-range.ts';
import type { ValueInfo } from '../global-tier.ts';
import { formatStateKey, type StateKey } from '../state-key.ts';
import type { Region, Regions } from './regions.ts';
import type { Traffic } from './traffic.ts';
import { ValueMaps } from './value-maps.ts';

/** A value as threads are given it. */
export interface SharedValue {
  readonly region: Region;
  readonly sizeBytes: number;
  /** For {@link ValueMaps}. */
  readonly maps: SharedArrayBuffer;
}

/**
 * This host's copy of a value. Faaslets on any thread read and write its region, by mappings or by copying; the maps say
 * what they changed. Of a value that is mapped there is a second region, the base: its bytes as they were last pulled or
 * pushed, since nobody sees what is written through a mapping.
 */
export class LocalValue {
  readonly key: StateKey;
  readonly sizeBytes: number;
  readonly maps: ValueMaps;
  /** What was last heard of the global tier's value; undefined when there was none. */
  info: ValueInfo | undefined;
  /** How many calls use it. */
  users = 0;
  readonly #regions: Regions;
  readonly #traffic: Traffic;
  readonly #region: Region;
  /** While it would be all zeros there is no need of one. */
  #base: Region | undefined;
  #mapped = false;
  #lost = false;
  #closed = false;

  /** A value of zeros. Throws `host.capacity`. */
  constructor(
    key: StateKey,
    sizeBytes: number,
    { regions, traffic }: { regions: Regions; traffic: Traffic },
  ) {
    this.key = key;
    this.sizeBytes = sizeBytes;
    this.#regions = regions;
    this.#traffic = traffic;
    // The region last: nobody would close it.
    this.maps = ValueMaps.create(sizeBytes);
    this.#region = regions.createRegion(regionBytes(sizeBytes));
  }

  /** What it takes of the host's memory, at most. */
  get memoryBytes(): number {
    return this.#region.sizeBytes * (this.#mapped ? 2 : 1);
  }

  /** All of it, as a range. */
  get whole(): ByteRange {
    return { start: 0, end: this.sizeBytes };
  }

  get isLost(): boolean {
    return this.#lost;
  }

  get isMapped(): boolean {
    return this.#mapped;
  }

  /** As threads are given it. */
  get shared(): SharedValue {
    return { region: this.#region, sizeBytes: this.sizeBytes, maps: this.maps.shared };
  }

  /** Prepares it for being mapped. Throws `host.capacity`. */
  makeBase(): void {
    if (this.#mapped) return;
    this.#mapped = true;
    if (this.info === undefined) return;
    try {
      for (const pulled of this.maps.pulled()) {
        for (const part of inParts(pulled, PIECE_BYTES_MAX))
          this.#writeBase({ offset: part.start, bytes: this.bytes(part) });
      }
    } catch (error) {
      // With a base that is not whole, bytes would seem to differ that nobody changed.
      this.#mapped = false;
      throw error;
    }
  }

  /** Takes bytes of the global tier; those that were changed here stay as they are. */
  takePulled({ offset, bytes }: Piece): void {
    this.#traffic.pulledBytes += bytes.byteLength;
    this.#writeBase({ offset, bytes });
    for (const part of byChunk({ start: offset, end: offset + bytes.byteLength })) {
      for (const { start, end } of gaps(part, this.maps.dirtyIn(part))) {
        const place = { region: this.#region, offset: start };
        this.#regions.writeRegion(place, bytes.subarray(start - offset, end - offset));
      }
    }
  }

  /** The bytes of a range, as they are now. */
  bytes({ start, end }: ByteRange): Uint8Array {
    const bytes = new Uint8Array(end - start);
    this.#regions.readRegion({ region: this.#region, offset: start }, bytes);
    return bytes;
  }

  /** The bytes of runs, as they are now, which the base has from then on. */
  *piecesOf(runs: Iterable<ByteRange>): Generator<Piece> {
    for (const run of runs) {
      for (const part of inParts(run, PIECE_BYTES_MAX)) {
        const piece = { offset: part.start, bytes: this.bytes(part) };
        this.#writeBase(piece);
        this.#traffic.pushedBytes += piece.bytes.byteLength;
        yield piece;
      }
    }
  }

  /**
   * The bytes of a pulled range that differ from the base, which has them from then on; none when it was never mapped. Where
   * every other byte differs, a call of the operating system for each would take longest: there is one for what is near.
   */
  takeChanges(range: ByteRange): Piece[] {
    if (!this.#mapped) return [];
    const now = this.bytes(range);
    const before = new Uint8Array(now.byteLength);
    if (this.#base !== undefined)
      this.#regions.readRegion({ region: this.#base, offset: range.start }, before);
    const toPiece = ({ start, end }: ByteRange): Piece => ({
      offset: range.start + start,
      bytes: now.subarray(start, end),
    });
    const runs = differences(now, before);
    for (const near of joined(runs, BLOCK_BYTES)) this.#writeBase(toPiece(near));
    for (const { start, end } of runs) this.#traffic.pushedBytes += end - start;
    return runs.map(toPiece);
  }

  /** Somebody who had lost its lock may have written to it: nothing of it is to be believed or pushed any more (I7). */
  lose(): void {
    this.#lost = true;
    this.maps.forgetDirty();
    this.maps.forgetPulled();
  }

  /** Throws `state.fenced` when it is lost. */
  requireSound(): void {
    if (!this.#lost) return;
    const message = `A call lost the lock of ${formatStateKey(this.key)}, so that this host's copy is not valid`;
    throw new FaasmError('state.fenced', message);
  }

  /** Gives its memory back; mappings stay while Faaslets have them. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#regions.closeRegion(this.#region);
    if (this.#base !== undefined) this.#regions.closeRegion(this.#base);
  }

  #writeBase({ offset, bytes }: Piece): void {
    if (!this.#mapped) return;
    this.#base ??= this.#regions.createRegion(this.#region.sizeBytes);
    this.#regions.writeRegion({ region: this.#base, offset }, bytes);
  }
}

/** What a value of so many bytes takes in a region: whole chunks, at least one. */
export function regionBytes(sizeBytes: number): number {
  return Math.max(1, chunkCount(sizeBytes)) * CHUNK_BYTES;
}

function* gaps({ start, end }: ByteRange, runs: readonly ByteRange[]): Generator<ByteRange> {
  let at = start;
  for (const run of runs) {
    if (at < run.start) yield { start: at, end: run.start };
    at = run.end;
  }
  if (at < end) yield { start: at, end };
}

/** What of two arrays is compared at once before single bytes are, in bytes. */
const BLOCK_BYTES = 4_096;

/** The runs in which two arrays of one length differ, in order. */
function differences(one: Uint8Array, other: Uint8Array): ByteRange[] {
  const runs: { start: number; end: number }[] = [];
  for (const { start, end } of inParts({ start: 0, end: one.byteLength }, BLOCK_BYTES)) {
    if (Buffer.compare(one.subarray(start, end), other.subarray(start, end)) === 0) continue;
    for (let at = start; at < end; at++) {
      if (one[at] === other[at]) continue;
      const last = runs.at(-1);
      if (last?.end === at) last.end = at + 1;
      else runs.push({ start: at, end: at + 1 });
    }
  }
  return runs;
}

/** Runs in order, those with at most `gapBytes` between them made one. */
function joined(runs: readonly ByteRange[], gapBytes: number): ByteRange[] {
  const all: { start: number; end: number }[] = [];
  for (const { start, end } of runs) {
    const last = all.at(-1);
    if (last !== undefined && start - last.end <= gapBytes) last.end = end;
    else all.push({ start, end });
  }
  return all;
}
