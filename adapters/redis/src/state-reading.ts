import {
  byChunk,
  changedMeanwhile,
  checkRange,
  CHUNK_BYTES,
  type ByteRange,
  type Piece,
  type StateKey,
  type ValueInfo,
  type ValueReading,
} from '@faasm/state';
import type { Connection, Reply } from './connection.ts';
import { bytesOf, listOf } from './reply.ts';
import { stateNames } from './state-names.ts';

/** What is asked for at once, in bytes. */
const BATCH_BYTES_MAX = 16 * CHUNK_BYTES;

/** How many parts of chunks are asked for at once. */
const BATCH_PARTS_MAX = 256;

/** How often the first batch is looked at, until it is seen whole. */
const LOOKS_MAX = 5;

/** A part of a chunk, by its place in the value. */
type Part = ByteRange & { readonly chunk: number };

/** What was seen of a value. */
interface Sight {
  /** Before the bytes, and after them: if the version is the same, all of them are of it. */
  readonly before: ValueInfo | undefined;
  readonly after: ValueInfo | undefined;
  /** The bytes of the parts, each of one version; zeros where none were written. */
  readonly pieces: readonly Piece[];
}

/** Cuts ranges into what is asked for at once. */
function* inBatches(ranges: readonly ByteRange[]): Generator<readonly Part[]> {
  let batch: Part[] = [];
  let batchBytes = 0;
  for (const range of ranges) {
    for (const part of byChunk(range)) {
      const partBytes = part.end - part.start;
      if (batchBytes + partBytes > BATCH_BYTES_MAX || batch.length === BATCH_PARTS_MAX) {
        yield batch;
        batch = [];
        batchBytes = 0;
      }
      batch.push(part);
      batchBytes += partBytes;
    }
  }
  if (batch.length > 0) yield batch;
}

/**
 * Looks at a value and parts of it, in one round trip. Not in a script, which would copy the bytes twice more: that takes twice
 * as long.
 */
async function look(connection: Connection, key: StateKey, parts: readonly Part[]): Promise<Sight> {
  const { record, chunks } = stateNames(key);
  const describe = ['HMGET', record, 'size', 'version'];
  const commands = parts.map(({ chunk, start, end }) => {
    const base = chunk * CHUNK_BYTES;
    return ['GETRANGE', chunks + String(chunk), String(start - base), String(end - 1 - base)];
  });
  const replies = await Promise.all(
    [describe, ...commands, describe].map(async (command) => await connection.command(...command)),
  );
  const pieces = parts.map(({ start, end }, i) => {
    const bytes = bytesOf(replies[i + 1]);
    return { offset: start, bytes: bytes.byteLength === 0 ? new Uint8Array(end - start) : bytes };
  });
  return { before: infoOf(listOf(replies[0])), after: infoOf(listOf(replies.at(-1))), pieces };
}

/** Size and version, as a hash has them; undefined when it has no size. */
export function infoOf([size, version]: readonly Reply[]): ValueInfo | undefined {
  if (size === null || size === undefined) return undefined;
  return { sizeBytes: Number(bytesOf(size)), version: Number(bytesOf(version)) };
}

/** What a reading is of. */
export interface Reading {
  readonly connection: Connection;
  readonly key: StateKey;
  readonly ranges: readonly ByteRange[];
  readonly sameVersion: boolean;
}

/** Begins a reading with its first batch. Throws `state.bad_range`, and `state.changed` when no version can be seen whole. */
export async function beginReading(reading: Reading): Promise<ValueReading | undefined> {
  const { connection, key, ranges, sameVersion } = reading;
  const batches = inBatches(ranges);
  const first = batches.next().value ?? [];
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    const { before: info, after, pieces } = await look(connection, key, first);
    if (info === undefined) return undefined;
    for (const range of ranges) checkRange(key, info.sizeBytes, range);
    if (isStill(info, after, sameVersion))
      return { info, pieces: piecesFrom(reading, { info, pieces, rest: batches }) };
  }
  throw changedMeanwhile(key);
}

async function* piecesFrom(
  { connection, key, sameVersion }: Reading,
  begun: { info: ValueInfo; pieces: readonly Piece[]; rest: Iterable<readonly Part[]> },
): AsyncGenerator<Piece> {
  yield* begun.pieces;
  for (const parts of begun.rest) {
    const { after, pieces } = await look(connection, key, parts);
    if (!isStill(begun.info, after, sameVersion)) throw changedMeanwhile(key);
    yield* pieces;
  }
}

/** Versions only grow: what has one still had it all the time. */
function isStill(info: ValueInfo, later: ValueInfo | undefined, sameVersion: boolean): boolean {
  return sameVersion ? info.version === later?.version : info.sizeBytes === later?.sizeBytes;
}
