import { callQueueContract, hostRegistryContract, resultStoreContract } from '@faasm/scheduler/contracts';
import { startRedis } from '@faasm/test-support';
import { after } from 'node:test';
import { RedisHostRegistry } from './redis-host-registry.ts';
import { answering, connectRaw, makeBackend } from './redis-under-test.ts';

const server = await startRedis();
after(async () => {
  await server.stop();
});

callQueueContract('RedisBackend', async (limits) => await makeBackend(server, limits));
resultStoreContract('RedisBackend', async (limits) => await makeBackend(server, limits));

hostRegistryContract('RedisHostRegistry', async ({ ttlMs }) => {
  (await connectRaw(server)).destroy();
  const opened: RedisHostRegistry[] = [];
  const join = async (): Promise<RedisHostRegistry> => {
    const { host, port } = server;
    const registry = RedisHostRegistry.connect({ host, port, name: 'test', ttlMs, onError: () => undefined });
    opened.push(registry);
    await answering(registry);
    return registry;
  };
  return {
    registry: await join(),
    join,
    close: async () => {
      for (const registry of opened) await registry.close();
    },
  };
});
