import { CHUNK_BYTES, stateKey, type Piece } from '@faasm/state';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slabsOf } from './slabs.ts';
import { piecesOf } from './thread/slab-pieces.ts';
import type { Slab } from './thread/messages.ts';
import { patterned } from './testing/tier-in-folder.ts';

const KEY = stateKey('demo', 'k');

async function slabs(pieces: Iterable<Piece>, sizeBytes: number): Promise<Slab[]> {
  return await Array.fromAsync(slabsOf(KEY, { pieces, sizeBytes }));
}

function partsOf(made: readonly Slab[]): Piece[] {
  return made.flatMap((slab) => Array.from(piecesOf(slab)));
}

test('slabsOf packs pieces that follow each other into few parts, and cuts where chunks end', async () => {
  const sizeBytes = 40 * CHUNK_BYTES + 5;
  const whole = patterned(sizeBytes, 1);
  const pieces = Array.from({ length: Math.ceil((sizeBytes - 7) / 100_000) }, (_, i) => ({
    offset: 7 + i * 100_000,
    bytes: whole.subarray(7 + i * 100_000, 7 + (i + 1) * 100_000),
  }));
  const made = await slabs(pieces, sizeBytes);
  assert.deepEqual(
    made.map(({ ranges }) => ranges),
    [
      [{ start: 7, end: 16 * CHUNK_BYTES }],
      [{ start: 16 * CHUNK_BYTES, end: 32 * CHUNK_BYTES }],
      [{ start: 32 * CHUNK_BYTES, end: sizeBytes }],
    ],
  );
  const found = new Uint8Array(sizeBytes);
  found.set(whole.subarray(0, 7));
  for (const { offset, bytes } of partsOf(made)) found.set(bytes, offset);
  assert.ok(Buffer.from(found).equals(whole));
});

test('slabsOf copies bytes when they come, and bounds slabs of many small pieces', async () => {
  const shared = new Uint8Array(2);
  const pieces = function* (): Generator<Piece> {
    for (let i = 0; i < 10_000; i++) {
      shared.fill(i);
      yield { offset: 4 * i, bytes: shared };
    }
  };
  const made = await slabs(pieces(), 40_000);
  assert.deepEqual(
    made.map(({ ranges }) => ranges.length),
    [4_096, 4_096, 1_808],
  );
  for (const [at, { bytes }] of partsOf(made).entries()) assert.deepEqual([...bytes], [at & 0xff, at & 0xff]);
});

test('slabsOf gives one empty slab for no pieces, and refuses what is not inside the value', async () => {
  assert.deepEqual(
    (await slabs([], 5)).map(({ ranges, bytes }) => [ranges.length, bytes.byteLength]),
    [[0, 0]],
  );
  for (const offset of [-1, 4, Number.NaN])
    await assert.rejects(slabs([{ offset, bytes: new Uint8Array(2) }], 5), { code: 'state.bad_range' });
});
