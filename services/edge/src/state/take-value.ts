import { FaasmError } from '@faasm/protocol';
import { checkChange, checkSize, formatStateKey, type StateKey, type ValueInfo } from '@faasm/state';
import type { IncomingMessage } from 'node:http';
import { SMALL_BODY_BYTES } from '../ask-for-room.ts';
import type { ValueExchange, ValueSources } from './answer-with-value.ts';
import { bodyPart } from './body-part.ts';
import { piecesOfBody } from './pieces-of-body.ts';
import { expectedVersion } from './versions.ts';

/** What a body is held to. */
export interface UploadBounds extends Pick<ValueSources, 'tier' | 'transfers'> {
  /** Largest value, in bytes. */
  readonly valueBytesMax: number;
}

/**
 * Refuses what can be refused before the body is read, and holds room for a large one until its answer has ended. Throws
 * `request.bad_header`, `request.no_length`, `state.too_large`, `state.size_mismatch`, `state.conflict`, `state.busy`.
 */
export async function expectValue(
  { key, request: { headers }, reply: { raw } }: ValueExchange,
  { tier, transfers, valueBytesMax }: UploadBounds,
): Promise<void> {
  const expected = expectedVersion(headers);
  const { sizeBytes, range } = bodyPart(headers);
  if (sizeBytes > valueBytesMax) throw tooLarge(key, sizeBytes, valueBytesMax);
  const bodyBytes = range.end - range.start;
  // What a small body costs is less than what it costs to ask.
  if (bodyBytes <= SMALL_BODY_BYTES) return;
  const info = await tier.describe(key);
  checkSize(key, info, sizeBytes);
  checkChange(key, { info, lock: undefined }, { expectedVersion: expected, now: 0 });
  const leave = transfers.enter(bodyBytes);
  if (raw.closed) leave();
  else raw.once('close', leave);
}

/** Writes the body of a request, all of it or nothing. */
export async function takeValue(
  { key, request: { raw, headers, body } }: ValueExchange,
  { tier, countBytes }: Pick<ValueSources, 'tier' | 'countBytes'>,
): Promise<ValueInfo> {
  const { sizeBytes, range } = bodyPart(headers);
  const chunks = hasBody(body) ? body.iterator({ destroyOnReturn: false }) : [];
  try {
    const pieces = piecesOfBody(chunks, range);
    const info = await tier.push(key, { sizeBytes, pieces, expectedVersion: expectedVersion(headers) });
    countBytes('written', range.end - range.start);
    return info;
  } catch (error) {
    // What is left is read and forgotten, so that a client that sends it to the end finds its answer.
    raw.resume();
    throw error;
  }
}

/** Without a body there is no stream. */
function hasBody(body: unknown): body is IncomingMessage {
  return body !== undefined && body !== null;
}

function tooLarge(key: StateKey, sizeBytes: number, valueBytesMax: number): FaasmError {
  return new FaasmError(
    'state.too_large',
    `${formatStateKey(key)} with ${sizeBytes} bytes is larger than the limit of ${valueBytesMax} bytes`,
  );
}
