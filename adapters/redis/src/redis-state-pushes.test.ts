import { isFaasmError } from '@faasm/protocol';
import { CHUNK_BYTES, stateKey, type Piece } from '@faasm/state';
import { startRedis, type RedisServer } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectTier, wholeOf } from './global-tier-under-test.ts';
import type { RedisGlobalTier } from './redis-global-tier.ts';
import { connectRaw, type RawClient } from './redis-under-test.ts';

const KEY = stateKey('demo', 'weights');

let server: RedisServer;

before(async () => {
  server = await startRedis();
});

after(async () => {
  await server.stop();
});

interface World {
  readonly raw: RawClient;
  readonly tier: RedisGlobalTier;
  readonly other: RedisGlobalTier;
}

/** Runs a test on the server, emptied for it, with what two processes have. */
async function onTiers(run: (world: World) => Promise<void>): Promise<void> {
  const raw = await connectRaw(server);
  const [tier, other] = await Promise.all([connectTier(server), connectTier(server)]);
  try {
    await run({ raw, tier, other });
  } finally {
    raw.destroy();
    await tier.close();
    await other.close();
  }
}

/** What the server took and did so far. */
async function countsOf(raw: RawClient): Promise<{ bytesIn: number; scripts: number; all: number }> {
  const [stats, commands] = [await raw.info('stats'), await raw.info('commandstats')];
  const calls = (name: string): number =>
    Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(commands)?.[1] ?? 0);
  return {
    bytesIn: Number(/total_net_input_bytes:(\d+)/.exec(stats)?.[1]),
    scripts: calls('evalsha'),
    all: ['evalsha', 'eval', 'set', 'hmget', 'getrange'].reduce((sum, name) => sum + calls(name), 0),
  };
}

test('RedisGlobalTier.push of one byte in 64 MiB sends at most 4 KiB, in one command', async () => {
  await onTiers(async ({ raw, tier }) => {
    const sizeBytes = 64 * 2 ** 20;
    const push = async (at: number): Promise<unknown> =>
      await tier.push(KEY, { sizeBytes, pieces: [{ offset: at, bytes: Uint8Array.of(7) }] });
    await push(0);
    const earlier = await countsOf(raw);
    await push(40 * 2 ** 20 + 5);
    const later = await countsOf(raw);
    const sent = later.bytesIn - earlier.bytesIn;
    assert.ok(sent > 0 && sent <= 4_096, `${sent} bytes were sent`);
    assert.equal(later.scripts - earlier.scripts, 1);
    // Beside it the script itself looks at what is known of the key.
    assert.ok(later.all - earlier.all <= 2, `${later.all - earlier.all} commands`);
    const whole = await wholeOf(tier, KEY);
    assert.equal(whole[40 * 2 ** 20 + 5], 7);
    assert.equal(
      whole.reduce((sum, byte) => sum + byte, 0),
      14,
    );
  });
});

test('RedisGlobalTier.push of 256 KiB is one command too', async () => {
  await onTiers(async ({ raw, tier }) => {
    const bytes = new Uint8Array(4 * CHUNK_BYTES - 100).fill(3);
    const push = { sizeBytes: bytes.byteLength, pieces: [{ offset: 0, bytes }] };
    await tier.push(KEY, push);
    const earlier = await countsOf(raw);
    await tier.push(KEY, push);
    const later = await countsOf(raw);
    assert.equal(later.scripts - earlier.scripts, 1);
    assert.ok(later.all - earlier.all <= 2, `${later.all - earlier.all} commands`);
    assert.deepEqual(await wholeOf(tier, KEY), bytes);
  });
});

test('RedisGlobalTier.push of a small value in many runs does not write them one by one', async () => {
  await onTiers(async ({ raw, tier, other }) => {
    const sizeBytes = CHUNK_BYTES + 30_001;
    const expected = Uint8Array.from({ length: sizeBytes }, (_, at) => (at % 4 === 3 ? 0 : at % 251));
    const pieces = function* (): Generator<Piece> {
      for (let offset = 0; offset < sizeBytes; offset += 4)
        yield { offset, bytes: expected.subarray(offset, Math.min(offset + 3, sizeBytes)) };
    };
    const ranges = async (): Promise<number> =>
      Number(/cmdstat_setrange:calls=(\d+)/.exec(await raw.info('commandstats'))?.[1] ?? 0);
    const earlier = await ranges();
    await tier.push(KEY, { sizeBytes, pieces: pieces() });
    assert.deepEqual(await wholeOf(other, KEY), expected);

    const between = [3, CHUNK_BYTES + 7].map((offset) => ({ offset, bytes: Uint8Array.of(99) }));
    for (const { offset } of between) expected[offset] = 99;
    await other.push(KEY, { sizeBytes, pieces: between });
    await tier.push(KEY, { sizeBytes, pieces: pieces() });
    assert.deepEqual(await wholeOf(other, KEY), expected);
    assert.ok((await ranges()) - earlier <= 2 * between.length, 'Runs were written one by one');
    assert.deepEqual(await raw.keys('faasm:state:staged:*'), []);
  });
});

test('RedisGlobalTier.push of many small pieces leaves the bytes between alone, also those that others push meanwhile', async () => {
  await onTiers(async ({ raw, tier, other }) => {
    const sizeBytes = 50 * CHUNK_BYTES + 1_001;
    const expected = Uint8Array.from({ length: sizeBytes }, (_, at) => (at * 31 + (at >> 9)) & 0xff);
    await tier.push(KEY, { sizeBytes, pieces: [{ offset: 0, bytes: expected.subarray(0, 2 ** 20) }] });
    expected.fill(0, 2 ** 20);
    const every = function* (from: number, to: number, { step = 1, length = 1 }): Generator<Piece> {
      for (let offset = from; offset + length <= to; offset += step) {
        const bytes = new Uint8Array(length).fill(offset % 255);
        expected.set(bytes, offset);
        yield { offset, bytes };
      }
    };
    const pieces = async function* (): AsyncGenerator<Piece> {
      // Dense: 3 chunks with a byte in two, one of which nobody wrote before, and the last, which is short.
      yield* every(0, 2 * CHUNK_BYTES, { step: 2, length: 1 });
      yield* every(30 * CHUNK_BYTES, 31 * CHUNK_BYTES, { step: 2, length: 1 });
      yield* every(50 * CHUNK_BYTES, sizeBytes, { step: 3, length: 1 });
      // Sparse: a few in each of the others.
      yield* every(2 * CHUNK_BYTES + 9, 30 * CHUNK_BYTES, { step: 10_000, length: 1_000 });
      yield* every(31 * CHUNK_BYTES + 9, 50 * CHUNK_BYTES, { step: 10_000, length: 1_000 });
      const between = [1, 30 * CHUNK_BYTES + 1, 50 * CHUNK_BYTES + 1].map((offset) => ({
        offset,
        bytes: Uint8Array.of(77),
      }));
      for (const { offset } of between) expected[offset] = 77;
      await other.push(KEY, { sizeBytes, pieces: between });
      const staged = await raw.keys('faasm:state:staged:*');
      assert.ok(staged.length >= 6, `${staged.length} keys are staged`);
    };
    await tier.push(KEY, { sizeBytes, pieces: pieces() });
    assert.deepEqual(await wholeOf(other, KEY), expected);
    assert.deepEqual(await raw.keys('faasm:state:staged:*'), []);
    for (const chunk of await raw.keys('faasm:state:chunk:*'))
      assert.equal(await raw.pTTL(chunk), -1, `${chunk} goes by itself`);
  });
});

test('RedisGlobalTier.read of one version never shows a part of a push (I6)', async () => {
  await onTiers(async ({ tier, other }) => {
    const sizeBytes = 40 * CHUNK_BYTES;
    const push = async (byte: number): Promise<unknown> => {
      const pieces = [0, 1].map((half) => ({
        offset: (half * sizeBytes) / 2,
        bytes: new Uint8Array(sizeBytes / 2).fill(byte),
      }));
      return await tier.push(KEY, { sizeBytes, pieces });
    };
    await push(0);
    const state = { pushing: true };
    const pushes = (async () => {
      for (let i = 1; i <= 30; i++) await push(i);
      state.pushing = false;
    })();
    let [seen, changed] = [0, 0];
    while (state.pushing || seen === 0) {
      try {
        const whole = await wholeOf(other, KEY);
        assert.ok(
          whole.every((byte) => byte === whole[0]),
          'A reading has parts of two pushes',
        );
        seen += 1;
      } catch (error) {
        assert.ok(isFaasmError(error, 'state.changed'), String(error));
        changed += 1;
      }
    }
    await pushes;
    assert.ok(seen + changed > 1);
  });
});

test('RedisGlobalTier keeps keys apart, whatever is in them (I5)', async () => {
  await onTiers(async ({ tier }) => {
    const keys = [
      'a',
      'a:',
      'a:0',
      'a:0:',
      'a:1',
      ':',
      '{a}',
      'a}',
      '{',
      'b/a',
      '/',
      'record:a',
      '\u{1f600}:0',
    ]
      .flatMap((key) => [stateKey('one', key), stateKey('two', key)])
      .concat(stateKey('one.two', 'a'));
    for (const [i, key] of keys.entries()) {
      await tier.push(key, {
        sizeBytes: CHUNK_BYTES + 1,
        pieces: [{ offset: CHUNK_BYTES, bytes: Uint8Array.of(i) }],
      });
      await tier.append(key, Uint8Array.of(i));
    }
    await tier.delete(stateKey('one', 'a'), {});
    await tier.clearAppended(stateKey('one', 'a'));
    for (const [i, key] of keys.entries()) {
      if (i === 0) continue;
      assert.equal((await wholeOf(tier, key)).at(-1), i);
      assert.deepEqual(await tier.readAppended(key, { count: 9, bytesMax: 9 }), [Buffer.of(i)]);
      assert.equal((await tier.tryLock(key, { holder: `call-${i}`, leaseMs: 60_000 })).granted, true);
    }
    assert.equal((await tier.list('one', { limit: 100 })).length, 12);
    assert.equal((await tier.list('two', { limit: 100 })).length, 13);
    assert.deepEqual(
      (await tier.list('one.two', { limit: 100 })).map(({ key }) => key),
      ['a'],
    );
  });
});

test('RedisGlobalTier.delete and locks leave a record that goes by itself, and never one of a value', async () => {
  await onTiers(async ({ raw, tier }) => {
    const record = 'faasm:state:record:demo/weights';
    const dayMs = 24 * 3_600_000;
    const lock = await tier.tryLock(KEY, { holder: 'call-1', leaseMs: 60_000 });
    assert.ok(lock.granted);
    const lockedMs = await raw.pTTL(record);
    assert.ok(lockedMs > dayMs && lockedMs <= dayMs + 60_000, `${lockedMs} ms`);
    const sizeBytes = 3 * CHUNK_BYTES;
    const info = await tier.push(KEY, {
      sizeBytes,
      pieces: [{ offset: 0, bytes: Uint8Array.of(1) }],
      token: lock.token,
    });
    assert.equal(await raw.pTTL(record), -1);
    assert.equal(await tier.renewLock(KEY, lock.token, 60_000), true);
    assert.equal(await raw.pTTL(record), -1);
    assert.equal(await tier.delete(KEY, { token: lock.token }), true);
    assert.deepEqual(await raw.keys('*'), [record]);
    const deletedMs = await raw.pTTL(record);
    assert.ok(deletedMs > dayMs && deletedMs <= dayMs + 60_000, `${deletedMs} ms`);
    // As if it had gone: numbers grow all the same.
    await raw.del(record);
    assert.ok((await tier.push(KEY, { sizeBytes, pieces: [] })).version > info.version);
    const next = await tier.tryLock(KEY, { holder: 'call-2', leaseMs: 60_000 });
    assert.ok(next.granted && next.token > lock.token);
  });
});
