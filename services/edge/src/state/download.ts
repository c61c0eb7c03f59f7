import { isFaasmError } from '@faasm/protocol';
import {
  changedMeanwhile,
  type ByteRange,
  type GlobalTier,
  type Piece,
  type StateKey,
  type ValueInfo,
  type ValueReading,
} from '@faasm/state';
import { Readable } from 'node:stream';

/** Which bytes are sent, of which version. */
export interface DownloadTerms {
  readonly info: ValueInfo;
  readonly range: ByteRange;
  /** Is told of each piece that is taken. */
  readonly count: (bytes: number) => void;
}

/**
 * Begins to read a range. Its first piece is there when this resolves, so that what fails before can be answered; the
 * stream reads about one piece ahead. Throws `state.changed` when there is another version by now.
 */
export async function openDownload(
  tier: GlobalTier,
  key: StateKey,
  { info, range, count }: DownloadTerms,
): Promise<Readable> {
  const reading = await readUnlessReplaced(tier, key, range);
  if (reading?.info.version !== info.version) throw changedMeanwhile(key);
  const pieces = reading.pieces[Symbol.asyncIterator]();
  const first = await pieces.next();
  return Readable.from(bytesOf({ first, pieces, count }), { objectMode: false });
}

/** A value that was replaced by a shorter one has another version too. */
async function readUnlessReplaced(
  tier: GlobalTier,
  key: StateKey,
  range: ByteRange,
): Promise<ValueReading | undefined> {
  try {
    return await tier.read(key, { ranges: [range], sameVersion: true });
  } catch (error) {
    throw isFaasmError(error, 'state.bad_range') ? changedMeanwhile(key) : error;
  }
}

interface Begun {
  readonly first: IteratorResult<Piece, undefined>;
  readonly pieces: AsyncIterator<Piece, undefined>;
  readonly count: (bytes: number) => void;
}

/** Not a generator: one that was never begun would not tell the source that nobody reads on. */
function bytesOf({ first, pieces, count }: Begun): AsyncIterableIterator<Uint8Array> {
  let ahead: IteratorResult<Piece, undefined> | undefined = first;
  const bytes: AsyncIterableIterator<Uint8Array> = {
    next: async () => {
      const { done, value } = ahead ?? (await pieces.next());
      ahead = undefined;
      if (done === true) return { done, value: undefined };
      count(value.bytes.byteLength);
      return { done: false, value: value.bytes };
    },
    return: async () => {
      await pieces.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => bytes,
  };
  return bytes;
}
