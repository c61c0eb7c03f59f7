import { isFaasmError } from '@faasm/protocol';
import { inParts, PIECE_BYTES_MAX, type ByteRange, type Piece } from '../byte-range.ts';
import { checkSize } from '../change-rules.ts';
import type { GlobalTier, ValueReading } from '../global-tier.ts';
import type { LocalValue } from './local-value.ts';

/**
 * Brings the chunks of ranges that were not pulled yet from the global tier. Each is whole, but two may be of different
 * versions: who needs one version holds the lock. Throws `state.size_mismatch` when the value was made anew with another size.
 */
export async function pull(
  value: LocalValue,
  { ranges, global }: { ranges: readonly ByteRange[]; global: GlobalTier },
): Promise<void> {
  const { maps } = value;
  const missing = ranges.flatMap((range) => maps.unpulled(range));
  if (missing.length === 0) return;
  for await (const piece of await piecesOf(value, missing, global)) value.takePulled(piece);
  for (const pulled of missing) maps.notePulled(pulled);
}

/** Brings the whole value, also where it was changed here. Throws as `pull`; then what did not come stays as it was. */
export async function refresh(value: LocalValue, global: GlobalTier): Promise<void> {
  const { maps, whole } = value;
  for await (const piece of await piecesOf(value, [whole], global)) {
    maps.unflag({ start: piece.offset, end: piece.offset + piece.bytes.byteLength });
    value.takePulled(piece);
  }
  maps.notePulled(whole);
}

/** The bytes of the global tier, zeros where it has no value. */
async function piecesOf(
  value: LocalValue,
  ranges: readonly ByteRange[],
  global: GlobalTier,
): Promise<AsyncIterable<Piece> | Iterable<Piece>> {
  const reading = await readChunks(value, { ranges, global });
  checkSize(value.key, reading?.info, value.sizeBytes);
  value.info = reading?.info;
  return reading?.pieces ?? zeros(ranges);
}

function* zeros(ranges: readonly ByteRange[]): Generator<Piece> {
  for (const range of ranges) {
    for (const { start, end } of inParts(range, PIECE_BYTES_MAX))
      yield { offset: start, bytes: new Uint8Array(end - start) };
  }
}

async function readChunks(
  { key, sizeBytes }: LocalValue,
  { ranges, global }: { ranges: readonly ByteRange[]; global: GlobalTier },
): Promise<ValueReading | undefined> {
  try {
    return await global.read(key, { ranges, sameVersion: false });
  } catch (error) {
    if (isFaasmError(error, 'state.bad_range')) checkSize(key, await global.describe(key), sizeBytes);
    throw error;
  }
}
