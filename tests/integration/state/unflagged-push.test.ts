import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { MemoryGlobalTier } from '@faasm/adapter-memory';
import { LocalTier, stateKey, type GlobalTier } from '@faasm/state';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const MIB = 1024 * 1024;
const KEY = stateKey('demo', 'weights');

/** More than is compared at once, and no multiple of anything. */
const SIZE_BYTES = 2 * MIB + 1_001;

/** A host that has the value mapped. What a guest would write, `write` does. */
interface MappingHost {
  readonly tier: LocalTier;
  write(offset: number, bytes: Uint8Array): void;
  push(): Promise<void>;
}

async function mappingHost(t: { after(close: () => void): void }, global: GlobalTier): Promise<MappingHost> {
  const regions = new LinuxMemoryMapper();
  const tier = new LocalTier({ global, regions, valueBytesMax: 16 * MIB, bytesMax: 64 * MIB });
  const value = await tier.acquire(KEY, SIZE_BYTES);
  assert.ok(value !== undefined);
  await tier.prepare(value, { range: value.whole, how: 'map' });
  t.after(() => {
    tier.release(value);
    tier.close();
  });
  return {
    tier,
    write: (offset, bytes) => {
      regions.writeRegion({ region: value.shared.region, offset }, bytes);
    },
    push: async () => {
      await tier.push(value, { token: () => undefined });
    },
  };
}

async function wholeOf(global: GlobalTier): Promise<Uint8Array> {
  const whole = new Uint8Array(SIZE_BYTES);
  const reading = await global.read(KEY, { ranges: [{ start: 0, end: SIZE_BYTES }], sameVersion: true });
  for await (const { offset, bytes } of reading?.pieces ?? []) whole.set(bytes, offset);
  return whole;
}

/** Bytes that hosts change: every other one of a part, some far from each other, and those where parts meet. */
const OFFSETS: readonly number[] = [
  ...Array.from({ length: 10_000 }, (_, i) => 2 * i),
  30_000,
  30_000 + 4_097,
  MIB - 2,
  MIB,
  2 * MIB + 998,
];

test('LocalTier.push of what nobody flagged sends each changed byte once, and no other', async (t) => {
  const global = new MemoryGlobalTier();
  const [one, other] = [await mappingHost(t, global), await mappingHost(t, global)];
  const expected = new Uint8Array(SIZE_BYTES);
  for (const [round, byte] of [7, 8, 0].entries()) {
    for (const offset of OFFSETS) {
      one.write(offset, Uint8Array.of(byte));
      other.write(offset + 1, Uint8Array.of(byte + 100));
      expected[offset] = byte;
      expected[offset + 1] = byte + 100;
    }
    await Promise.all([one.push(), other.push()]);
    assert.deepEqual(await wholeOf(global), expected);
    for (const host of [one, other]) {
      await host.push();
      assert.equal(host.tier.traffic.pushedBytes, (round + 1) * OFFSETS.length);
    }
  }
});
