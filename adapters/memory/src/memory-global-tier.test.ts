import { globalTierContract } from '@faasm/state/contracts';
import { MemoryGlobalTier } from './memory-global-tier.ts';

globalTierContract('MemoryGlobalTier', async () => {
  let now = 1_000;
  const tier = new MemoryGlobalTier({ monotonic: () => now });
  return await Promise.resolve({
    tier,
    join: async () => await Promise.resolve(tier),
    pass: async (ms) => {
      now += ms;
      await Promise.resolve();
    },
    close: async () => {
      await tier.close();
    },
  });
});
