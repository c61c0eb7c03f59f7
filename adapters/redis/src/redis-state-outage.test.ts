import { CHUNK_BYTES, stateKey, type Piece } from '@faasm/state';
import { startRedis, type RedisServer } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { connectTier, tierAnswers, wholeOf } from './global-tier-under-test.ts';
import type { RedisGlobalTier } from './redis-global-tier.ts';
import { connectRaw, until, type RawClient } from './redis-under-test.ts';

/** After this a test that waits for what never comes has failed. */
const options = { timeout: 90_000 };

const KEY = stateKey('demo', 'weights');
const ONE_BYTE = { sizeBytes: 1, pieces: [{ offset: 0, bytes: Uint8Array.of(1) }] };
const UNAVAILABLE = { code: 'state.unavailable', retryAfterSeconds: 1 };

interface World {
  readonly server: RedisServer;
  readonly raw: RawClient;
  readonly connect: () => Promise<RedisGlobalTier>;
}

/** Runs a test on a server of its own, which it may take down. */
async function onServer(
  settings: Record<string, string>,
  run: (world: World) => Promise<void>,
): Promise<void> {
  const server = await startRedis({ appendonly: true, settings: { appendfsync: 'always', ...settings } });
  const raw = await connectRaw(server);
  const opened: RedisGlobalTier[] = [];
  const connect = async (): Promise<RedisGlobalTier> => {
    const tier = await connectTier(server);
    opened.push(tier);
    return tier;
  };
  try {
    await run({ server, raw, connect });
  } finally {
    raw.destroy();
    await Promise.all(opened.map(async (tier) => await tier.close()));
    await server.stop();
  }
}

/** A value of many chunks in pieces of 1 MiB, all bytes of which are `byte`. */
function* filled(sizeBytes: number, byte: number): Generator<Piece> {
  for (let offset = 0; offset < sizeBytes; offset += 2 ** 20)
    yield { offset, bytes: new Uint8Array(Math.min(2 ** 20, sizeBytes - offset)).fill(byte) };
}

test(
  'RedisGlobalTier.push that was acknowledged survives kill -9 of Redis, staged or not (I8)',
  options,
  async () => {
    await onServer({}, async ({ server, connect }) => {
      const tier = await connect();
      const sizeBytes = 40 * CHUNK_BYTES + 3;
      await tier.push(KEY, { sizeBytes, pieces: filled(sizeBytes, 1) });
      const info = await tier.push(KEY, { sizeBytes, pieces: filled(sizeBytes, 2) });
      const counter = stateKey('demo', 'counter');
      const counted = await Promise.all(
        Array.from({ length: 50 }, async () => await tier.increment(counter, 1n, {})),
      );
      const lock = await tier.tryLock(counter, { holder: 'call-1', leaseMs: 60_000 });
      let told = 0;
      const stop = await tier.watch(KEY, () => (told += 1));
      await server.kill();
      await assert.rejects(tier.push(KEY, ONE_BYTE), UNAVAILABLE);
      await assert.rejects(tier.describe(KEY), UNAVAILABLE);
      await server.restart();
      await tierAnswers(tier);
      assert.deepEqual(await tier.describe(KEY), info);
      assert.ok((await wholeOf(tier, KEY)).every((byte) => byte === 2));
      assert.ok(lock.granted);
      const next = await tier.increment(counter, 0n, { token: lock.token });
      assert.equal(next.value, 50n);
      assert.ok(counted.every((one) => one.info.version < next.info.version));
      await until(async () => await Promise.resolve(told > 0));
      const before = told;
      await tier.push(KEY, { sizeBytes, pieces: [] });
      await until(async () => await Promise.resolve(told > before));
      stop();
    });
  },
);

test('RedisGlobalTier refuses at once while Redis hangs, and recovers by itself', options, async () => {
  await onServer({}, async ({ server, connect }) => {
    const tier = await connect();
    await tier.push(KEY, ONE_BYTE);
    server.freeze();
    await assert.rejects(tier.push(KEY, ONE_BYTE), { ...UNAVAILABLE, message: /no answer within 5000 ms/ });
    const reading = tier.read(KEY, { ranges: [{ start: 0, end: 1 }], sameVersion: true });
    await assert.rejects(reading, { ...UNAVAILABLE, message: /owes the answer/ });
    server.thaw();
    await tierAnswers(tier);
    await tier.push(KEY, ONE_BYTE);
    assert.deepEqual([...(await wholeOf(tier, KEY))], [1]);
  });
});

test(
  'RedisGlobalTier.push says that Redis is full and makes nothing by half; locks go on, and room is found again',
  options,
  async () => {
    await onServer({ maxmemory: '24mb' }, async ({ raw, connect }) => {
      const tier = await connect();
      const sizeBytes = 64 * CHUNK_BYTES;
      const info = await tier.push(KEY, { sizeBytes, pieces: filled(sizeBytes, 1) });
      const lock = await tier.tryLock(KEY, { holder: 'call-1', leaseMs: 60_000 });
      assert.ok(lock.granted);
      const large = stateKey('demo', 'large');
      const full = { code: 'state.full', message: /OOM/ };
      await assert.rejects(tier.push(large, { sizeBytes: 2 ** 25, pieces: filled(2 ** 25, 1) }), full);
      assert.deepEqual(await raw.keys('faasm:state:staged:*'), []);
      assert.equal(await tier.describe(large), undefined);
      const filler = stateKey('demo', 'filler');
      await assert.rejects(async () => {
        for (let i = 0; i < 1_000; i++) await tier.append(filler, new Uint8Array(50_000));
      }, full);
      await raw.configSet('maxmemory', '1mb');
      const { token } = lock;
      await assert.rejects(tier.push(KEY, { sizeBytes, pieces: filled(CHUNK_BYTES, 2), token }), full);
      await assert.rejects(tier.increment(stateKey('demo', 'counter'), 1n, {}), full);
      assert.deepEqual(await tier.describe(KEY), info);
      assert.ok((await wholeOf(tier, KEY)).every((byte) => byte === 1));
      assert.equal(await tier.renewLock(KEY, token, 60_000), true);
      assert.equal(await tier.unlock(KEY, token), true);
      assert.equal(await tier.delete(KEY, {}), true);
      await raw.configSet('maxmemory', '64mb');
      await tier.push(large, { sizeBytes: 2 ** 20, pieces: filled(2 ** 20, 3) });
    });
  },
);

test(
  'RedisGlobalTier.push of a process that is killed before it is made leaves nothing to see, and what it staged expires (I8)',
  options,
  async () => {
    await onServer({}, async ({ server, raw, connect }) => {
      const tier = await connect();
      const sizeBytes = 64 * CHUNK_BYTES;
      const info = await tier.push(KEY, { sizeBytes, pieces: filled(sizeBytes, 1) });
      const file = new URL('push-and-hang.ts', import.meta.url);
      const pusher = spawn(process.execPath, [file.pathname, server.host, String(server.port)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        await once(pusher.stdout, 'data');
      } finally {
        pusher.kill('SIGKILL');
      }
      const staged = await raw.keys('faasm:state:staged:*');
      assert.equal(staged.length, 33);
      for (const name of staged) {
        const leftMs = await raw.pTTL(name);
        assert.ok(leftMs > 0 && leftMs <= 300_000, `${name} goes after ${leftMs} ms`);
      }
      assert.deepEqual(await tier.describe(KEY), info);
      assert.ok((await wholeOf(tier, KEY)).every((byte) => byte === 1));
    });
  },
);

test(
  'RedisGlobalTier.push makes nothing when a part of what it staged is gone, and removes the rest',
  options,
  async () => {
    await onServer({}, async ({ raw, connect }) => {
      const tier = await connect();
      const sizeBytes = 64 * CHUNK_BYTES;
      const pieces = async function* (): AsyncGenerator<Piece> {
        yield* filled(sizeBytes / 2, 1);
        const [name] = await raw.keys('faasm:state:staged:*');
        await raw.del(name ?? assert.fail('Nothing was staged'));
      };
      await assert.rejects(tier.push(KEY, { sizeBytes, pieces: pieces() }), {
        code: 'state.unavailable',
        message: /What was staged of demo\/weights is gone/,
      });
      assert.deepEqual(await raw.keys('*'), []);
    });
  },
);
