import { globalTierContract } from '@faasm/state/contracts';
import { startRedis, type RedisServer } from '@faasm/test-support';
import { after, before } from 'node:test';
import { connectRaw } from './redis-under-test.ts';
import { connectTier } from './global-tier-under-test.ts';
import type { RedisGlobalTier } from './redis-global-tier.ts';

let server: RedisServer;

before(async () => {
  server = await startRedis();
});

after(async () => {
  await server.stop();
});

globalTierContract('RedisGlobalTier', async () => {
  (await connectRaw(server)).destroy();
  const opened: RedisGlobalTier[] = [];
  const join = async (): Promise<RedisGlobalTier> => {
    const tier = await connectTier(server);
    opened.push(tier);
    return tier;
  };
  return {
    tier: await join(),
    join,
    // Redis has its own time.
    pass: async (ms) => {
      await new Promise((later) => setTimeout(later, ms));
    },
    close: async () => {
      for (const tier of opened) await tier.close();
    },
  };
});
