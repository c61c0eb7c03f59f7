import { hostRegistryContract } from '@faasm/scheduler/contracts';
import { systemClock } from '@faasm/stdx';
import { MemoryHostRegistry } from './memory-host-registry.ts';

hostRegistryContract('MemoryHostRegistry', async ({ ttlMs }) => {
  const registry = new MemoryHostRegistry(systemClock, ttlMs);
  return {
    registry,
    join: async () => registry,
    close: async () => {
      await registry.close();
    },
  };
});
