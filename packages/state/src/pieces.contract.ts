import assert from 'node:assert/strict';
import { CHUNK_BYTES, PIECE_BYTES_MAX, type ByteRange, type Piece } from './byte-range.ts';
import type { GlobalTier } from './global-tier.ts';
import { stateKey } from './state-key.ts';
import { bytesOf, KEY, piece, type TierCases } from './tier-under-test.ts';

/** How bytes are cut on their way to a tier and from it. */
export const PIECE_CASES: TierCases = {
  'GlobalTier.read hands over pieces of at most 1 MiB in order, none of which begins in one chunk and ends in the middle of another':
    async ({ tier }) => {
      const sizeBytes = 40 * CHUNK_BYTES + 17;
      const whole = patterned(sizeBytes, 1);
      await tier.push(KEY, { sizeBytes, pieces: inBuffers(whole, { start: 0, partBytes: PIECE_BYTES_MAX }) });
      const starts = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, 3 * CHUNK_BYTES + 5];
      const ends = [CHUNK_BYTES + 1, 4 * CHUNK_BYTES, 20 * CHUNK_BYTES + 9, sizeBytes];
      for (const start of starts) {
        for (const end of ends) {
          if (start >= end) continue;
          const ranges = [
            { start: 7, end: 9 },
            { start, end },
          ];
          assert.deepEqual(await rightPieces(tier, ranges), [
            whole.subarray(7, 9),
            whole.subarray(start, end),
          ]);
        }
      }
    },

  'GlobalTier.read ends with state.changed when a value changes between its pieces, or is gone': async ({
    tier,
    join,
  }) => {
    const other = await join();
    const sizeBytes = 40 * CHUNK_BYTES;
    const ranges = [{ start: 0, end: sizeBytes }];
    for (const change of ['push', 'delete', 'other size'] as const) {
      await tier.push(KEY, { sizeBytes, pieces: [] });
      const begin = async (sameVersion: boolean): Promise<() => Promise<number>> => {
        const pieces = (await tier.read(KEY, { ranges, sameVersion }))?.pieces[Symbol.asyncIterator]();
        assert.ok((await pieces?.next())?.done === false);
        return async () => {
          for (let count = 1; ; count++) if ((await pieces?.next())?.done !== false) return count;
        };
      };
      const [sameVersion, anyVersion] = [await begin(true), await begin(false)];
      if (change === 'push') await other.push(KEY, { sizeBytes, pieces: [piece(sizeBytes - 1, 1)] });
      else await other.delete(KEY, {});
      if (change === 'other size') await other.push(KEY, { sizeBytes: sizeBytes + 1, pieces: [] });
      await assert.rejects(sameVersion(), { code: 'state.changed' }, change);
      if (change === 'push') assert.ok((await anyVersion()) > 1);
      else await assert.rejects(anyVersion(), { code: 'state.changed' }, change);
      if (change === 'other size') await other.delete(KEY, {});
    }
  },

  'GlobalTier.push of several MiB writes every byte of pieces that are not aligned, and no other': async ({
    tier,
    join,
  }) => {
    const sizeBytes = 6 * PIECE_BYTES_MAX + 333;
    const expected = patterned(sizeBytes, 1);
    await tier.push(KEY, { sizeBytes, pieces: inBuffers(expected, { start: 0, partBytes: 700_001 }) });
    const start = CHUNK_BYTES - 5;
    const changed = patterned(5 * PIECE_BYTES_MAX, 2);
    const { version } = await tier.push(KEY, {
      sizeBytes,
      pieces: inBuffers(changed, { start, partBytes: PIECE_BYTES_MAX }),
    });
    expected.set(changed, start);
    const other = await join();
    assert.deepEqual(await bytesOf(other, KEY, { start: 0, end: sizeBytes }), expected);
    assert.equal((await other.describe(KEY))?.version, version);
  },

  'GlobalTier.push takes so many small pieces in many chunks that they are several MiB': async ({ tier }) => {
    const sizeBytes = 64 * CHUNK_BYTES;
    const expected = patterned(sizeBytes, 1);
    await tier.push(KEY, {
      sizeBytes,
      pieces: inBuffers(expected, { start: 0, partBytes: PIECE_BYTES_MAX }),
    });
    const small = Array.from({ length: 12_000 }, (_, i): Piece => ({
      offset: 340 * i,
      bytes: patterned(300, i),
    }));
    await tier.push(KEY, { sizeBytes, pieces: small });
    for (const { offset, bytes } of small) expected.set(bytes, offset);
    assert.deepEqual(await bytesOf(tier, KEY, { start: 0, end: sizeBytes }), expected);
  },

  'GlobalTier.push has its bytes as they were when they were handed over, whatever becomes of the buffer':
    async ({ tier }) => {
      const sizeBytes = 3 * PIECE_BYTES_MAX;
      const buffer = Buffer.alloc(PIECE_BYTES_MAX);
      const inOneBuffer = function* (): Generator<Piece> {
        for (let i = 0; i < 3; i++) yield { offset: i * buffer.byteLength, bytes: buffer.fill(i + 1) };
      };
      await tier.push(KEY, { sizeBytes, pieces: inOneBuffer() });
      buffer.fill(9);
      for (let i = 0; i < 3; i++) {
        const range = { start: i * buffer.byteLength, end: (i + 1) * buffer.byteLength };
        assert.ok(
          (await bytesOf(tier, KEY, range)).every((byte) => byte === i + 1),
          `piece ${i}`,
        );
      }
    },

  'GlobalTier.append has its bytes as they were when they were handed over, whatever becomes of the buffer':
    async ({ tier }) => {
      const buffer = Buffer.from([1, 2, 3]);
      const appended = tier.append(KEY, buffer);
      buffer.fill(9);
      await appended;
      buffer.fill(8);
      const [read] = await tier.readAppended(KEY, { count: 1, bytesMax: 1_000 });
      assert.deepEqual([...(read ?? [])], [1, 2, 3]);
      read?.fill(7);
      assert.deepEqual(
        (await tier.readAppended(KEY, { count: 1, bytesMax: 1_000 })).map((element) => Array.from(element)),
        [[1, 2, 3]],
      );
    },

  'GlobalTier has values without bytes, which have versions and are listed and removed as others': async ({
    tier,
    join,
  }) => {
    const first = await tier.push(KEY, { sizeBytes: 0, pieces: [], expectedVersion: 0 });
    assert.equal(first.sizeBytes, 0);
    assert.ok(first.version > 0);
    const other = await join();
    assert.deepEqual(await other.describe(KEY), first);
    for (const ranges of [[], [{ start: 0, end: 0 }]]) {
      assert.deepEqual((await other.read(KEY, { ranges, sameVersion: true }))?.info, first);
      assert.deepEqual(
        await rightPieces(other, ranges),
        ranges.map(() => new Uint8Array(0)),
      );
    }
    await assert.rejects(tier.read(KEY, { ranges: [{ start: 0, end: 1 }], sameVersion: true }), {
      code: 'state.bad_range',
    });
    await assert.rejects(tier.push(KEY, { sizeBytes: 0, pieces: [piece(0, 1)] }), {
      code: 'state.bad_range',
    });
    await assert.rejects(tier.push(KEY, { sizeBytes: 1, pieces: [] }), { code: 'state.size_mismatch' });
    const second = await tier.push(KEY, { sizeBytes: 0, pieces: [piece(0)], expectedVersion: first.version });
    assert.ok(second.version > first.version);
    assert.deepEqual(await other.list(KEY.user, { limit: 9 }), [{ key: KEY.key, ...second }]);
    assert.equal(await tier.delete(KEY, { expectedVersion: second.version }), true);
    assert.equal(await other.describe(KEY), undefined);
  },

  'GlobalTier takes and reads nothing at the end of a value': async ({ tier }) => {
    const key = stateKey('demo', 'small');
    await tier.push(key, { sizeBytes: 3, pieces: [piece(0, 1, 2, 3), piece(3)] });
    const reading = await tier.read(key, { ranges: [{ start: 3, end: 3 }], sameVersion: true });
    for await (const { bytes } of reading?.pieces ?? []) assert.equal(bytes.byteLength, 0);
    await assert.rejects(tier.push(key, { sizeBytes: 3, pieces: [piece(4)] }), { code: 'state.bad_range' });
  },
};

/** Bytes that tell a shift, and one `seed` from another. */
function patterned(length: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => at * 7 + (at >> 8) + seed);
}

/** Pieces of `partBytes` each, from `start` on, as Node has them from a socket. */
async function* inBuffers(
  whole: Uint8Array,
  { start, partBytes }: { start: number; partBytes: number },
): AsyncGenerator<Piece> {
  for (let at = 0; at < whole.byteLength; at += partBytes)
    yield await Promise.resolve({
      offset: start + at,
      bytes: Buffer.from(whole.subarray(at, at + partBytes)),
    });
}

/** The bytes of each range of the value; throws when its pieces are not as the port says. */
async function rightPieces(tier: GlobalTier, ranges: readonly ByteRange[]): Promise<Uint8Array[]> {
  const reading = await tier.read(KEY, { ranges, sameVersion: true });
  const pieces = reading?.pieces[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  for (const { start, end } of ranges) {
    const whole = new Uint8Array(end - start);
    for (let at = start; at < end;) {
      const next = await pieces?.next();
      if (next === undefined || next.done === true) throw new TypeError(`Pieces end at ${at}, not at ${end}`);
      const { offset, bytes } = next.value;
      assert.equal(offset, at);
      assert.ok(bytes.byteLength > 0 && bytes.byteLength <= PIECE_BYTES_MAX);
      whole.set(bytes, at - start);
      const last = at + bytes.byteLength - 1;
      const isInOneChunk = Math.floor(at / CHUNK_BYTES) === Math.floor(last / CHUNK_BYTES);
      assert.ok(isInOneChunk || (last + 1) % CHUNK_BYTES === 0, `${at} to ${last}`);
      at = last + 1;
    }
    read.push(whole);
  }
  assert.equal((await pieces?.next())?.done, true);
  return read;
}
