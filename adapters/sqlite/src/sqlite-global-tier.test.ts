import { globalTierContract } from '@faasm/state/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteGlobalTier } from './sqlite-global-tier.ts';

globalTierContract('SqliteGlobalTier', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'faasm-state-'));
  let now = 1_000;
  const tier = await SqliteGlobalTier.open({
    path: join(folder, 'state.sqlite'),
    clock: { monotonic: () => now },
  });
  return {
    tier,
    join: async () => await Promise.resolve(tier),
    pass: async (ms) => {
      now += ms;
      await Promise.resolve();
    },
    close: async () => {
      await tier.close();
      await rm(folder, { recursive: true });
    },
  };
});
