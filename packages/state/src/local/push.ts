import { FaasmError } from '@faasm/protocol';
import { CHUNK_BYTES, inParts, type ByteRange, type Piece } from '../byte-range.ts';
import type { GlobalTier } from '../global-tier.ts';
import { formatStateKey } from '../state-key.ts';
import type { LocalValue } from './local-value.ts';

/** How a value is pushed. */
export interface PushTerms {
  readonly global: GlobalTier;
  /**
   * The token of the lock that the pushing call holds now; undefined when it holds none. Throws when it may not push. Asked
   * again when all pieces were sent: bytes that somebody wrote under a lock meanwhile are not this call's to push.
   */
  readonly token: () => number | undefined;
  /** Only the bytes whose byte in the mask is not 0 are sent; the mask has the size of the value. */
  readonly mask?: LocalValue | undefined;
}

/** What is compared with the base before others have a turn, in bytes. */
const COMPARED_BYTES = 16 * CHUNK_BYTES;

/**
 * Sends exactly the bytes that were marked as changed; when none was, those that differ from what was last pulled or
 * pushed. Creates the value where there is none. When it fails, what was to be sent stays marked, unless the value was lost
 * meanwhile (I7).
 */
export async function push(value: LocalValue, { global, token, mask }: PushTerms): Promise<void> {
  const { key, sizeBytes, maps } = value;
  const granted = token();
  const sendsDifferences = mask === undefined && !maps.isDirty;
  const taken: ByteRange[][] = [];
  const source = mask === undefined ? changesOf(value) : maskedParts(value, mask);
  const note = async function* (): AsyncGenerator<Piece> {
    for await (const { runs, pieces } of source) {
      taken.push(runs);
      yield* pieces;
    }
    value.requireSound();
    if (token() !== granted) throw new FaasmError('state.fenced', `Lock of ${formatStateKey(key)} was lost`);
  };
  const pieces = note();
  try {
    const first = await pieces.next();
    if (first.done === true && value.info !== undefined) return;
    value.info = await global.push(key, { sizeBytes, token: granted, pieces: withFirst(first, pieces) });
  } catch (error) {
    // What is marked is all that the next push sends, so that it must be all that this one was to send.
    if (sendsDifferences) for await (const { runs } of differencesOf(value)) taken.push(runs);
    if (!value.isLost) for (const run of taken.flat()) maps.flag(run);
    throw error;
  }
}

/** A part of what is to be sent. */
interface Part {
  readonly runs: ByteRange[];
  /** The bytes of the runs. */
  readonly pieces: Iterable<Piece>;
}

/** What was changed, in parts that lie within some chunks. */
async function* changesOf(value: LocalValue): AsyncGenerator<Part> {
  if (value.maps.isDirty) {
    for (const runs of value.maps.takeDirty()) yield { runs, pieces: value.piecesOf(runs) };
    return;
  }
  yield* differencesOf(value);
}

/** What differs from what was last pulled or pushed. */
async function* differencesOf(value: LocalValue): AsyncGenerator<Part> {
  if (!value.isMapped) return;
  for (const pulled of value.maps.pulled()) {
    for (const part of inParts(pulled, COMPARED_BYTES)) {
      const pieces = value.takeChanges(part);
      const runs = pieces.map(({ offset, bytes }) => ({ start: offset, end: offset + bytes.byteLength }));
      if (runs.length > 0) yield { runs, pieces };
      await new Promise<void>((turn) => setImmediate(turn));
    }
  }
}

async function* maskedParts(value: LocalValue, mask: LocalValue): AsyncGenerator<Part> {
  for (const part of inParts(value.whole, COMPARED_BYTES)) {
    const runs = runsOfOnes(mask.bytes(part), part.start);
    if (runs.length > 0) {
      for (const run of runs) value.maps.unflag(run);
      yield { runs, pieces: value.piecesOf(runs) };
    }
    await new Promise<void>((turn) => setImmediate(turn));
  }
}

function runsOfOnes(mask: Uint8Array, base: number): ByteRange[] {
  const runs: { start: number; end: number }[] = [];
  for (let at = 0; at < mask.byteLength; at++) {
    if (mask[at] === 0) continue;
    const last = runs.at(-1);
    if (last?.end === base + at) last.end += 1;
    else runs.push({ start: base + at, end: base + at + 1 });
  }
  return runs;
}

async function* withFirst(first: IteratorResult<Piece>, rest: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}
