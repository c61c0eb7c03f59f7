import { stateKey } from '@faasm/state';
import type { RedisServer } from '@faasm/test-support';
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
