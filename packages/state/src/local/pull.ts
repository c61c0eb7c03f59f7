import { isFaasmError } from '@faasm/protocol';
import { checkSize } from '../change-rules.ts';
import type { ByteRange } from '../byte-range.ts';
import type { GlobalTier, ValueReading } from '../global-tier.ts';
import type { LocalValue } from './local-value.ts';

/**
 * Brings the chunks of ranges that were not pulled yet from the global tier. Each is whole, but two may be of different
 * versions: who needs one version holds the lock. Resolves with how many bytes came. Throws `state.size_mismatch` when the
 * value was made anew with another size.
 */
export async function pull(
  value: LocalValue,
  { ranges, global }: { ranges: readonly ByteRange[]; global: GlobalTier },
): Promise<number> {
  const { key, maps } = value;
  const missing = ranges.flatMap((range) => maps.unpulled(range));
  if (missing.length === 0) return 0;
  const reading = await readChunks(value, { ranges: missing, global });
  checkSize(key, reading?.info, value.sizeBytes);
  value.info = reading?.info;
  let bytes = 0;
  for await (const piece of reading?.pieces ?? []) {
    value.takePulled(piece);
    bytes += piece.bytes.byteLength;
  }
  for (const pulled of missing) maps.notePulled(pulled);
  return bytes;
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
