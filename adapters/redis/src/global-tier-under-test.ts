import { stateKey, type StateKey } from '@faasm/state';
import { bytesOf } from '@faasm/state/contracts';
import type { RedisServer } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { RedisGlobalTier } from './redis-global-tier.ts';
import { until } from './redis-under-test.ts';

/** A tier as another process would have it, once Redis answers both its connections. */
export async function connectTier({ host, port }: RedisServer): Promise<RedisGlobalTier> {
  const tier = RedisGlobalTier.connect({ host, port, name: 'test:state', onError: () => undefined });
  await tierAnswers(tier);
  return tier;
}

/** Resolves once commands go through, and changes are told. */
export async function tierAnswers(tier: RedisGlobalTier): Promise<void> {
  await until(async () => {
    try {
      await tier.ping();
      (await tier.watch(stateKey('test', 'connects'), () => undefined))();
      return true;
    } catch {
      return false;
    }
  });
}

/** All bytes of a value. */
export async function wholeOf(tier: RedisGlobalTier, key: StateKey): Promise<Uint8Array> {
  const info = (await tier.describe(key)) ?? assert.fail('There is no value');
  return await bytesOf(tier, key, { start: 0, end: info.sizeBytes });
}
