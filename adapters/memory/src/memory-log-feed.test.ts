import { logFeedContract } from '@faasm/scheduler/contracts';
import { MemoryLogFeed } from './memory-log-feed.ts';

logFeedContract('MemoryLogFeed', async () => {
  const feed = new MemoryLogFeed();
  return await Promise.resolve({
    feed,
    join: async () => await Promise.resolve(feed),
    close: async () => {
      await feed.close();
    },
  });
});
