import { CHUNK_BYTES, stateKey, type GlobalTier, type Piece } from '@faasm/state';
import { bytesOf } from '@faasm/state/contracts';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTier, patterned } from './testing/tier-in-folder.ts';

const KEY = stateKey('demo', 'large');

/** Pieces of `partBytes` each, from `start` on. */
async function* inPieces(
  bytes: Uint8Array,
  { start, partBytes }: { start: number; partBytes: number },
): AsyncGenerator<Piece> {
  for (let at = 0; at < bytes.byteLength; at += partBytes)
    yield await Promise.resolve({ offset: start + at, bytes: bytes.subarray(at, at + partBytes) });
}

async function hasBytes(tier: GlobalTier, expected: Uint8Array): Promise<boolean> {
  return Buffer.from(await bytesOf(tier, KEY, { start: 0, end: expected.byteLength })).equals(expected);
}

test('SqliteGlobalTier.push of many messages writes what a model does', async (t) => {
  const tier = await openTier(t);
  const sizeBytes = 48 * CHUNK_BYTES + 333;
  const model = Buffer.alloc(sizeBytes);
  const step = fc.record({
    start: fc.oneof(
      fc.nat(sizeBytes),
      fc.nat(48).map((chunk) => chunk * CHUNK_BYTES),
    ),
    length: fc.oneof(fc.nat(sizeBytes), fc.constant(sizeBytes)),
    partBytes: fc.oneof(fc.integer({ min: 5_000, max: 2 ** 20 }), fc.constant(CHUNK_BYTES)),
    seed: fc.nat(255),
  });
  const property = fc.asyncProperty(step, async ({ start, length, partBytes, seed }) => {
    const bytes = patterned(Math.min(length, sizeBytes - start), seed);
    await tier.push(KEY, { sizeBytes, pieces: inPieces(bytes, { start, partBytes }) });
    model.set(bytes, start);
    assert.ok(await hasBytes(tier, model));
  });
  await fc.assert(property, { numRuns: 20 });
});

test('SqliteGlobalTier.push of many messages is not seen before it is whole, and others are served meanwhile', async (t) => {
  const tier = await openTier(t);
  const sizeBytes = 80 * CHUNK_BYTES;
  const old = patterned(sizeBytes, 1);
  const { version } = await tier.push(KEY, {
    sizeBytes,
    pieces: inPieces(old, { start: 0, partBytes: 2 ** 20 }),
  });
  const next = patterned(sizeBytes, 2);
  const slow = async function* (): AsyncGenerator<Piece> {
    for await (const piece of inPieces(next, { start: 0, partBytes: 2 ** 20 })) {
      assert.equal((await tier.describe(KEY))?.version, version);
      assert.ok(await hasBytes(tier, old));
      await tier.push(stateKey('demo', 'small'), { sizeBytes: 1, pieces: [] });
      yield piece;
    }
  };
  await tier.push(KEY, { sizeBytes, pieces: slow() });
  assert.ok(await hasBytes(tier, next));
});

test('SqliteGlobalTier.push of many messages that is refused at its end writes nothing', async (t) => {
  const tier = await openTier(t);
  const sizeBytes = 40 * CHUNK_BYTES;
  const old = patterned(sizeBytes, 1);
  const { version } = await tier.push(KEY, {
    sizeBytes,
    pieces: inPieces(old, { start: 0, partBytes: 2 ** 20 }),
  });
  const attempt = async (terms: object, size = sizeBytes): Promise<unknown> => {
    const pieces = inPieces(patterned(sizeBytes, 2), { start: 0, partBytes: 2 ** 20 });
    return await tier.push(KEY, { sizeBytes: size, pieces, ...terms });
  };
  await assert.rejects(attempt({ expectedVersion: version + 1 }), { code: 'state.conflict' });
  await assert.rejects(attempt({ token: 1 }), { code: 'state.fenced' });
  await assert.rejects(attempt({}, sizeBytes + 1), { code: 'state.size_mismatch' });
  assert.ok(await hasBytes(tier, old));
  assert.equal((await tier.describe(KEY))?.version, version);
});
