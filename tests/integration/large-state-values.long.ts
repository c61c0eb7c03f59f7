import { RedisGlobalTier } from '@faasm/adapter-redis';
import { isFaasmError } from '@faasm/protocol';
import { stateKey, type Piece } from '@faasm/state';
import { startRedis } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { test } from 'node:test';

/** More than a string of Redis may have, 512 MiB, and its last chunk is short. */
const SIZE_BYTES = 600 * 2 ** 20 + 5;

const PART_BYTES = 2 ** 20;

/** What stands in the part that begins at `offset`. */
function partAt(offset: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(PART_BYTES, SIZE_BYTES - offset)).fill((offset / PART_BYTES) % 251);
  bytes[0] = 255;
  return bytes;
}

function* parts(): Generator<Piece> {
  for (let offset = 0; offset < SIZE_BYTES; offset += PART_BYTES) yield { offset, bytes: partAt(offset) };
}

test('RedisGlobalTier keeps values of more than 512 MiB', { timeout: 300_000 }, async (t) => {
  const server = await startRedis();
  t.after(async () => {
    await server.stop();
  });
  const tier = RedisGlobalTier.connect({
    host: server.host,
    port: server.port,
    name: 'test:large',
    onError: () => undefined,
  });
  t.after(async () => {
    await tier.close();
  });
  while (!(await answers(tier))) await new Promise((tick) => setTimeout(tick, 5));
  const key = stateKey('demo', 'large');
  await tier.push(key, { sizeBytes: SIZE_BYTES, pieces: parts() });
  const changed = { offset: 555 * PART_BYTES + 77, bytes: Uint8Array.of(254) };
  const info = await tier.push(key, { sizeBytes: SIZE_BYTES, pieces: [changed] });
  const reading = await tier.read(key, { ranges: [{ start: 0, end: SIZE_BYTES }], sameVersion: true });
  assert.deepEqual(reading?.info, info);
  let read = 0;
  for await (const { offset, bytes } of reading?.pieces ?? []) {
    assert.equal(offset, read);
    const start = Math.floor(offset / PART_BYTES) * PART_BYTES;
    const expected = partAt(start);
    if (start === 555 * PART_BYTES) expected[77] = 254;
    const at = offset - start;
    assert.ok(
      expected.subarray(at, at + bytes.byteLength).every((byte, i) => byte === bytes[i]),
      `At ${offset}`,
    );
    read += bytes.byteLength;
  }
  assert.equal(read, SIZE_BYTES);
  assert.equal(await tier.delete(key, {}), true);
});

async function answers(tier: RedisGlobalTier): Promise<boolean> {
  try {
    return await tier.ping();
  } catch (error) {
    if (isFaasmError(error, 'state.unavailable')) return false;
    throw error;
  }
}
