import { MemoryGlobalTier } from '@faasm/adapter-memory';
import { FaasmError, isFaasmError } from '@faasm/protocol';
import { CHUNK_BYTES, stateKey, StateSession, type GlobalTier, type Piece } from '@faasm/state';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocalHost } from './local-host.ts';
import { tierBehind, tierWith } from './tier-with.ts';

const KEY = stateKey('demo', 'weights');
const OTHER = stateKey('demo', 'other');

/** Larger than what is compared or sent at once. */
const LARGE_BYTES = 20 * CHUNK_BYTES;

async function globalBytes(tier: GlobalTier, sizeBytes: number): Promise<Uint8Array> {
  const reading = await tier.read(KEY, { ranges: [{ start: 0, end: sizeBytes }], sameVersion: true });
  const bytes = new Uint8Array(sizeBytes);
  for await (const piece of reading?.pieces ?? []) bytes.set(piece.bytes, piece.offset);
  return bytes;
}

/** A tier with a value of equal bytes. */
async function tierOf(byte: number, sizeBytes: number): Promise<MemoryGlobalTier> {
  const tier = new MemoryGlobalTier();
  await tier.push(KEY, { sizeBytes, pieces: [{ offset: 0, bytes: new Uint8Array(sizeBytes).fill(byte) }] });
  return tier;
}

/** A tier that waits before everything, once it is told to. */
function gated(tier: GlobalTier): { tier: GlobalTier; close: () => void; open: () => void } {
  let gate: PromiseWithResolvers<void> | undefined;
  return {
    tier: tierBehind(tier, async () => await gate?.promise),
    close: () => (gate = Promise.withResolvers()),
    open: () => gate?.resolve(),
  };
}

test('LocalTier.push that fails between unflagged changes sends all of them the next time', async () => {
  const global = new MemoryGlobalTier();
  let isFailing = false;
  const tier = tierWith(global, {
    push: async (key, push) => {
      for await (const _ of isFailing ? push.pieces : []) throw new FaasmError('state.unavailable', 'Gone');
      return await global.push(key, push);
    },
  });
  const host = new LocalHost(tier);
  await host.use(KEY, LARGE_BYTES, async (value) => {
    await host.push(value);
    await host.host.local.prepare(value, { range: value.whole, how: 'map' });
    host.writeMapped(value, { start: 3, end: 4 }, 1);
    host.writeMapped(value, { start: LARGE_BYTES - 1, end: LARGE_BYTES }, 2);
    isFailing = true;
    await assert.rejects(host.push(value), /Gone/);
    isFailing = false;
    await host.push(value);
  });
  const bytes = await globalBytes(global, LARGE_BYTES);
  assert.deepEqual([bytes[3], bytes[LARGE_BYTES - 1]], [1, 2]);
  host.host.local.close();
});

test('LocalTier.push with a mask sends what the global tier has of chunks that were never pulled', async () => {
  const sizeBytes = 2 * CHUNK_BYTES;
  const global = await tierOf(7, sizeBytes);
  const host = new LocalHost(global);
  await host.use(KEY, sizeBytes, async (value) => {
    await host.use(OTHER, sizeBytes, async (mask) => {
      await host.write(mask, mask.whole, 1);
      await host.write(value, { start: 0, end: 1 }, 8);
      await host.push(value, mask);
    });
  });
  const bytes = await globalBytes(global, sizeBytes);
  assert.deepEqual([bytes[0], bytes[1], bytes.at(-1)], [8, 7, 7]);
  host.host.local.close();
});

test('LocalTier.release of a value that is being pulled keeps its memory until that has ended', async () => {
  const { tier, close, open } = gated(await tierOf(7, 8));
  const host = new LocalHost(tier, { localBytesMax: CHUNK_BYTES });
  const value = (await host.host.local.acquire(KEY, 8)) ?? assert.fail();
  close();
  const pulling = host.host.local.prepare(value, { range: value.whole, how: 'read' });
  host.host.local.release(value);
  // Neither deleting nor closing takes it away.
  const forgotten = host.host.local.forget(KEY);
  host.host.local.close();
  open();
  await pulling;
  await forgotten;
  assert.deepEqual(host.host.local.usage, { values: 0, bytes: 0 });
});

test('LocalTier.acquire does not hand out a value that was evicted while the global tier was asked for it', async () => {
  const global = await tierOf(7, 8);
  const { tier, close, open } = gated(global);
  const slow = tierWith(global, { describe: (key) => (key === KEY ? tier : global).describe(key) });
  const host = new LocalHost(slow, { localBytesMax: CHUNK_BYTES });
  await host.use(KEY, 8, async (value) => {
    await host.read(value, value.whole);
  });
  close();
  const again = host.host.local.acquire(KEY, 8);
  host.host.local.release((await host.host.local.acquire(OTHER, 8)) ?? assert.fail());
  open();
  const value = (await again) ?? assert.fail();
  assert.deepEqual(
    [...(await host.read(value, value.whole))],
    Array.from({ length: 8 }, () => 7),
  );
  host.host.local.release(value);
  host.host.local.close();
});

test('LocalTier.close gives values in use back when they are released', async () => {
  const host = new LocalHost(await tierOf(7, 8));
  await host.use(KEY, 8, async (value) => {
    host.host.local.close();
    assert.deepEqual([...(await host.read(value, { start: 0, end: 2 }))], [7, 7]);
    assert.equal(host.host.local.usage.bytes, CHUNK_BYTES);
  });
  assert.equal(host.host.local.usage.bytes, 0);
});

test('StateSession.close lets chunks be pulled again that its call was to overwrite and did not', async () => {
  const sizeBytes = 2 * CHUNK_BYTES;
  const host = new LocalHost(await tierOf(7, sizeBytes));
  const session = new StateSession(host.host, { user: KEY.user, holder: 'call-1' });
  const use = { range: { start: 0, end: sizeBytes }, how: 'overwrite' } as const;
  await session.ask({ name: 'use', ask: { key: KEY.key, sizeBytes, use } });
  const value = host.host.local.peek(KEY) ?? assert.fail();
  // It came as far as the first chunk.
  host.writeMapped(value, { start: 0, end: CHUNK_BYTES }, 8);
  host.flag(value, { start: 0, end: CHUNK_BYTES });
  await session.close();
  await host.use(KEY, sizeBytes, async () => {
    const bytes = await host.read(value, value.whole);
    assert.deepEqual([bytes[0], bytes[CHUNK_BYTES - 1], bytes[CHUNK_BYTES], bytes.at(-1)], [8, 8, 7, 7]);
  });
  host.host.local.close();
});

test('StateSession.ask of compare-and-set and increment lets the call read what it made, also beside a pull (I6)', async () => {
  const global = await tierOf(0, 8);
  const { tier, close, open } = gated(global);
  const begun = Promise.withResolvers<void>();
  // Only what is read is slow: it was sent before the change, and comes after it.
  const slowReads = tierWith(global, {
    read: async (key, terms) => {
      const reading = await global.read(key, terms);
      const pieces: Piece[] = [];
      for await (const piece of reading?.pieces ?? []) pieces.push(piece);
      begun.resolve();
      await tier.describe(key);
      return reading === undefined ? undefined : { info: reading.info, pieces: later(pieces) };
    },
  });
  const host = new LocalHost(slowReads);
  const session = new StateSession(host.host, { user: KEY.user, holder: 'call-1' });
  await host.use(KEY, 8, async (value) => {
    close();
    const pulling = host.read(value, value.whole);
    await begun.promise;
    const made = session.ask({ name: 'increment', ask: { key: KEY.key, delta: 5n } });
    await new Promise((turn) => setImmediate(turn));
    open();
    assert.equal((await pulling)[0], 0);
    assert.equal(await made, 5n);
    assert.equal((await host.read(value, value.whole))[0], 5);
  });
  await session.close();
  host.host.local.close();
});

test('LocalTier.refresh that finds no global tier leaves what was changed here, and makes zeros where there is no value', async () => {
  const global = new MemoryGlobalTier();
  let isGone = true;
  const tier = tierWith(global, {
    read: async (key, terms) => {
      if (isGone) throw new FaasmError('state.unavailable', 'Gone');
      return await global.read(key, terms);
    },
  });
  const host = new LocalHost(tier);
  await host.use(KEY, 8, async (value) => {
    await host.write(value, value.whole, 3);
    await assert.rejects(host.host.local.refresh(value), (error) => isFaasmError(error, 'state.unavailable'));
    assert.deepEqual([value.maps.isDirty, host.seen(value, value.whole)[0]], [true, 3]);
    isGone = false;
    await host.host.local.refresh(value);
    assert.deepEqual([value.maps.isDirty, host.seen(value, value.whole)[0]], [false, 0]);
  });
  host.host.local.close();
});

async function* later<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}
