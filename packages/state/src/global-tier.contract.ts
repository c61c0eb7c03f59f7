import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { isFaasmError, type ErrorCode } from '@faasm/protocol';
import { CHUNK_BYTES, type ByteRange, type Piece } from './byte-range.ts';
import { LOCK_CASES } from './global-locks.contract.ts';
import type { GlobalTier } from './global-tier.ts';
import { PIECE_CASES } from './pieces.contract.ts';
import { stateKey } from './state-key.ts';
import {
  bytesOf,
  KEY,
  piece,
  registerCases,
  until,
  type MakeTier,
  type TierCases,
} from './tier-under-test.ts';

/** Registers the tests that every {@link GlobalTier} passes. */
export function globalTierContract(name: string, makeTier: MakeTier): void {
  registerCases(`${name} as GlobalTier, values`, VALUE_CASES, makeTier);
  registerCases(`${name} as GlobalTier, pieces`, PIECE_CASES, makeTier);
  registerCases(`${name} as GlobalTier, logs and lists`, OTHER_CASES, makeTier);
  registerCases(`${name} as GlobalTier, locks`, LOCK_CASES, makeTier);
}

/** What `assert.rejects` checks of an error. */
function failsWith(code: ErrorCode): (error: unknown) => boolean {
  return (error) => isFaasmError(error, code);
}

const VALUE_CASES: TierCases = {
  'GlobalTier.push creates a value of a size, with zeros where nothing was written': async ({
    tier,
    join,
  }) => {
    assert.equal(await tier.describe(KEY), undefined);
    assert.equal(await tier.read(KEY, { ranges: [], sameVersion: true }), undefined);
    const info = await tier.push(KEY, { sizeBytes: 10, pieces: [piece(3, 1, 2), piece(8, 9)] });
    assert.equal(info.sizeBytes, 10);
    const other = await join();
    assert.deepEqual(await other.describe(KEY), info);
    assert.deepEqual([...(await bytesOf(other, KEY, { start: 0, end: 10 }))], [0, 0, 0, 1, 2, 0, 0, 0, 9, 0]);
    assert.deepEqual([...(await bytesOf(other, KEY, { start: 3, end: 5 }))], [1, 2]);
  },

  'GlobalTier.push leaves bytes alone that it was not given: two hosts that change one chunk both survive':
    async ({ tier, join }) => {
      const other = await join();
      await tier.push(KEY, { sizeBytes: CHUNK_BYTES, pieces: [] });
      const every = (tierOf: GlobalTier, first: number): Promise<unknown>[] =>
        Array.from({ length: 50 }, (_, i) =>
          tierOf.push(KEY, { sizeBytes: CHUNK_BYTES, pieces: [piece(4 * i + first, i + 1, i + 1)] }),
        );
      await Promise.all([...every(tier, 0), ...every(other, 2)]);
      const bytes = await bytesOf(tier, KEY, { start: 0, end: 200 });
      assert.ok(
        bytes.every((byte, at) => byte === Math.floor(at / 4) + 1),
        String(bytes),
      );
    },

  'GlobalTier.push takes pieces that come later, and large ones over many chunks': async ({ tier }) => {
    const sizeBytes = 5 * CHUNK_BYTES + 17;
    const whole = Uint8Array.from({ length: sizeBytes }, (_, at) => (at * 7 + (at >> 8)) & 0xff);
    await tier.push(KEY, { sizeBytes, pieces: later(whole, 100_000) });
    assert.deepEqual(await bytesOf(tier, KEY, { start: 0, end: sizeBytes }), whole);
    const range = { start: CHUNK_BYTES - 3, end: 3 * CHUNK_BYTES + 5 };
    assert.deepEqual(await bytesOf(tier, KEY, range), whole.slice(range.start, range.end));
  },

  'GlobalTier.push writes nothing when its pieces fail': async ({ tier }) => {
    const before = await tier.push(KEY, { sizeBytes: 4, pieces: [piece(0, 1, 2, 3, 4)] });
    const failing = async function* (): AsyncGenerator<Piece> {
      yield await Promise.resolve(piece(0, 9));
      throw new Error('Source is gone');
    };
    await assert.rejects(tier.push(KEY, { sizeBytes: 4, pieces: failing() }), /Source is gone/);
    assert.deepEqual(await tier.describe(KEY), before);
    assert.deepEqual([...(await bytesOf(tier, KEY, { start: 0, end: 4 }))], [1, 2, 3, 4]);
  },

  'GlobalTier.push refuses another size and pieces beyond the end, and writes nothing': async ({ tier }) => {
    const info = await tier.push(KEY, { sizeBytes: 8, pieces: [] });
    const push = async (sizeBytes: number, ...pieces: Piece[]): Promise<unknown> =>
      await tier.push(KEY, { sizeBytes, pieces });
    await assert.rejects(push(9, piece(0, 1)), failsWith('state.size_mismatch'));
    await assert.rejects(push(8, piece(0, 1), piece(7, 1, 2)), failsWith('state.bad_range'));
    assert.deepEqual(await tier.describe(KEY), info);
    const ranges = [{ start: 4, end: 9 }];
    await assert.rejects(tier.read(KEY, { ranges, sameVersion: true }), failsWith('state.bad_range'));
  },

  'GlobalTier.push to an expected version is compare-and-set: of many at once one wins (I6)': async ({
    tier,
    join,
  }) => {
    const tiers = [tier, await join()];
    let { version } = await tier.push(KEY, { sizeBytes: 1, pieces: [piece(0, 0)] });
    for (let round = 1; round <= 5; round++) {
      const attempts = Array.from(
        { length: 8 },
        async (_, i) =>
          await tiers[i % 2]?.push(KEY, { sizeBytes: 1, pieces: [piece(0, i)], expectedVersion: version }),
      );
      const settled = await Promise.allSettled(attempts);
      const won = settled.flatMap((one, i) => (one.status === 'fulfilled' ? [{ i, info: one.value }] : []));
      assert.equal(won.length, 1);
      for (const one of settled)
        if (one.status === 'rejected') assert.ok(failsWith('state.conflict')(one.reason));
      assert.deepEqual([...(await bytesOf(tier, KEY, { start: 0, end: 1 }))], [won[0]?.i]);
      version = won[0]?.info?.version ?? 0;
    }
  },

  'GlobalTier.push to version 0 creates, once (I6)': async ({ tier }) => {
    const create = async (): Promise<unknown> =>
      await tier.push(KEY, { sizeBytes: 1, pieces: [], expectedVersion: 0 });
    await create();
    await assert.rejects(create(), failsWith('state.conflict'));
  },

  'GlobalTier.increment counts, also from two processes, and wraps around as 64 bits do (I6)': async ({
    tier,
    join,
  }) => {
    const tiers = [tier, await join()];
    await Promise.all(Array.from({ length: 40 }, async (_, i) => await tiers[i % 2]?.increment(KEY, 3n, {})));
    const { value, info } = await tier.increment(KEY, -20n, {});
    assert.equal(value, 100n);
    assert.equal(info.sizeBytes, 8);
    assert.deepEqual([...(await bytesOf(tier, KEY, { start: 0, end: 8 }))], [100, 0, 0, 0, 0, 0, 0, 0]);
    assert.equal((await tier.increment(KEY, 2n ** 63n - 1n, {})).value, -(2n ** 63n) + 99n);
    assert.equal((await tier.increment(KEY, -200n, {})).value, 2n ** 63n - 101n);
    const other = stateKey('demo', 'small');
    await tier.push(other, { sizeBytes: 4, pieces: [] });
    await assert.rejects(tier.increment(other, 1n, {}), failsWith('state.size_mismatch'));
  },

  'GlobalTier.delete removes a value, whose versions are never used again (I6)': async ({ tier }) => {
    assert.equal(await tier.delete(KEY, {}), false);
    const { version } = await tier.push(KEY, { sizeBytes: 3, pieces: [piece(0, 1, 2, 3)] });
    await assert.rejects(tier.delete(KEY, { expectedVersion: version + 1 }), failsWith('state.conflict'));
    assert.equal(await tier.delete(KEY, { expectedVersion: version }), true);
    assert.equal(await tier.describe(KEY), undefined);
    const again = await tier.push(KEY, { sizeBytes: 5, pieces: [] });
    assert.ok(again.version > version);
    assert.deepEqual([...(await bytesOf(tier, KEY, { start: 0, end: 5 }))], [0, 0, 0, 0, 0]);
  },

  'GlobalTier.push, read and delete do what a model does': async ({ tier }) => {
    const keys = ['a', 'b'].map((key) => stateKey('model', key));
    const model = new Map<string, Uint8Array>();
    const sizeBytes = 2 * CHUNK_BYTES + 100;
    const at = fc.oneof(fc.nat(sizeBytes), fc.constantFrom(0, CHUNK_BYTES - 1, CHUNK_BYTES, 2 * CHUNK_BYTES));
    const step = fc.record({
      key: fc.nat(1),
      pieces: fc.array(fc.record({ offset: at, length: fc.nat(70_000), value: fc.nat(255) }), {
        maxLength: 2,
      }),
      removes: fc.boolean(),
    });
    const property = fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
      for (const { key: index, pieces, removes } of steps) {
        const key = keys[index] ?? KEY;
        if (removes) {
          assert.equal(await tier.delete(key, {}), model.delete(key.key));
          continue;
        }
        const made = withoutOverlap(pieces, sizeBytes);
        await tier.push(key, { sizeBytes, pieces: made });
        const expected = model.get(key.key) ?? new Uint8Array(sizeBytes);
        for (const { offset, bytes } of made) expected.set(bytes, offset);
        model.set(key.key, expected);
        assert.deepEqual(await bytesOf(tier, key, { start: 0, end: sizeBytes }), expected);
      }
    });
    await fc.assert(property, { numRuns: 25 });
  },

  'GlobalTier.watch tells of changes, from any process, until it is stopped': async ({ tier, join }) => {
    const other = await join();
    let told = 0;
    const stop = await tier.watch(KEY, () => (told += 1));
    const { version } = await other.push(KEY, { sizeBytes: 1, pieces: [] });
    await until(() => told > 0);
    assert.equal((await tier.describe(KEY))?.version, version);
    const before = told;
    await other.delete(KEY, {});
    await until(() => told > before);
    stop();
    stop();
    const after = told;
    let second = 0;
    const stopSecond = await tier.watch(KEY, () => (second += 1));
    await other.push(KEY, { sizeBytes: 1, pieces: [] });
    await until(() => second > 0);
    assert.equal(told, after);
    stopSecond();
  },
};

/** Whatever is in the logs of these cases. */
const ALL = { count: 100, bytesMax: 1_000 };

const OTHER_CASES: TierCases = {
  'GlobalTier.append adds elements in order, also empty ones, apart from the value of the key': async ({
    tier,
    join,
  }) => {
    const other = await join();
    assert.deepEqual(await tier.readAppended(KEY, ALL), []);
    assert.equal(await tier.append(KEY, Uint8Array.of(1, 2)), 1);
    assert.equal(await other.append(KEY, new Uint8Array(0)), 2);
    assert.equal(await tier.append(KEY, Uint8Array.of(0, 255)), 3);
    const read = async (count: number): Promise<number[][]> =>
      (await other.readAppended(KEY, { ...ALL, count })).map((element) => Array.from(element));
    assert.deepEqual(await read(2), [[1, 2], []]);
    assert.deepEqual(await read(100), [[1, 2], [], [0, 255]]);
    assert.deepEqual(await read(0), []);
    assert.equal(await tier.describe(KEY), undefined);
    await tier.clearAppended(KEY);
    assert.deepEqual(await read(100), []);
    assert.equal(await tier.append(KEY, Uint8Array.of(3)), 1);
  },

  'GlobalTier.readAppended refuses more bytes than there is room for (I13)': async ({ tier }) => {
    for (let i = 0; i < 200; i++) await tier.append(KEY, new Uint8Array(10).fill(i));
    const read = async (bytesMax: number): Promise<number> =>
      (await tier.readAppended(KEY, { count: 150, bytesMax })).length;
    assert.equal(await read(1_500), 150);
    await assert.rejects(read(1_499), failsWith('state.too_large'));
    await assert.rejects(read(0), failsWith('state.too_large'));
  },

  'GlobalTier.list has the values of one user in the order of their bytes, page by page': async ({
    tier,
  }) => {
    const names = ['b', 'a', 'ä', 'a/x', 'Z', '\u{10ffff}', '\uffee'];
    for (const [i, name] of names.entries())
      await tier.push(stateKey('one', name), { sizeBytes: i + 1, pieces: [] });
    await tier.push(stateKey('two', 'c'), { sizeBytes: 1, pieces: [] });
    const expected = ['Z', 'a', 'a/x', 'b', 'ä', '\uffee', '\u{10ffff}'];
    const first = await tier.list('one', { limit: 3 });
    assert.deepEqual(
      first.map(({ key, sizeBytes }) => [key, sizeBytes]),
      [
        ['Z', 5],
        ['a', 2],
        ['a/x', 4],
      ],
    );
    const rest = await tier.list('one', { after: 'a/x', limit: 100 });
    assert.deepEqual(
      [...first, ...rest].map(({ key }) => key),
      expected,
    );
    const info = await tier.describe(stateKey('one', 'b'));
    assert.equal(rest[0]?.version, info?.version);
    await tier.delete(stateKey('one', 'b'), {});
    assert.deepEqual(
      (await tier.list('one', { after: 'a/x', limit: 1 })).map(({ key }) => key),
      ['ä'],
    );
    assert.deepEqual(await tier.list('none', { limit: 5 }), []);
  },

  'GlobalTier keeps two users with equal keys apart (I5)': async ({ tier }) => {
    const [one, two] = [stateKey('one', 'k'), stateKey('two', 'k')];
    await tier.push(one, { sizeBytes: 2, pieces: [piece(0, 1, 1)] });
    await tier.push(two, { sizeBytes: 3, pieces: [piece(0, 2, 2, 2)] });
    await tier.append(one, Uint8Array.of(1));
    assert.deepEqual([...(await bytesOf(tier, one, { start: 0, end: 2 }))], [1, 1]);
    assert.deepEqual([...(await bytesOf(tier, two, { start: 0, end: 3 }))], [2, 2, 2]);
    assert.deepEqual(await tier.readAppended(two, ALL), []);
    assert.equal((await tier.tryLock(one, { holder: 'x', leaseMs: 1_000 })).granted, true);
    assert.equal((await tier.tryLock(two, { holder: 'y', leaseMs: 1_000 })).granted, true);
  },
};

async function* later(whole: Uint8Array, partBytes: number): AsyncGenerator<Piece> {
  for (let offset = 0; offset < whole.byteLength; offset += partBytes) {
    yield await Promise.resolve({ offset, bytes: whole.subarray(offset, offset + partBytes) });
  }
}

function withoutOverlap(
  wanted: readonly { offset: number; length: number; value: number }[],
  sizeBytes: number,
): Piece[] {
  const taken: ByteRange[] = [];
  return wanted.flatMap(({ offset, length, value }) => {
    const range = { start: offset, end: Math.min(sizeBytes, offset + length) };
    if (taken.some(({ start, end }) => start < range.end && range.start < end)) return [];
    taken.push(range);
    return [{ offset, bytes: new Uint8Array(range.end - range.start).fill(value) }];
  });
}
