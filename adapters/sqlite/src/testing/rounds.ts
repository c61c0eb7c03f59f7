import { stateKey, type GlobalTier } from '@faasm/state';
import assert from 'node:assert/strict';

/** The values that are pushed, with their sizes: a row, some chunks, and more than one message brings. */
export const VALUE_BYTES: Readonly<Record<string, number>> = {
  small: 100,
  medium: 200_000,
  large: 3 * 1024 * 1024,
};

/** The log that is appended to. */
export const LOG_NAME = 'log';

/** A value of which each 32-bit word is the number of the round. */
export function bytesOfRound(round: number, sizeBytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Uint32Array(sizeBytes / 4).fill(round).buffer);
}

/** The round that a value is of, 0 when there is none. Fails when it has bytes of two. */
export async function roundOf(
  tier: GlobalTier,
  { name, sizeBytes }: { name: string; sizeBytes: number },
): Promise<number> {
  const reading = await tier.read(stateKey('demo', name), {
    ranges: [{ start: 0, end: sizeBytes }],
    sameVersion: true,
  });
  if (reading === undefined) return 0;
  assert.equal(reading.info.sizeBytes, sizeBytes);
  const words = new Uint32Array(sizeBytes / 4);
  const whole = new Uint8Array(words.buffer);
  for await (const { offset, bytes } of reading.pieces) whole.set(bytes, offset);
  const [round = 0] = words;
  assert.ok(
    words.every((word) => word === round),
    `${name} has bytes of round ${round} and of others`,
  );
  return round;
}

/** More than the log has. */
const ALL = { count: Number.MAX_SAFE_INTEGER, bytesMax: Number.MAX_SAFE_INTEGER };

/** How many elements the log has. */
export async function logLength(tier: GlobalTier): Promise<number> {
  return (await tier.readAppended(stateKey('demo', LOG_NAME), ALL)).length;
}
