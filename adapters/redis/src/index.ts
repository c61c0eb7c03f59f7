export type { RedisBackendOptions } from './redis-backend-options.ts';
export { RedisBackend } from './redis-backend.ts';
export { RedisLogFeed, type RedisLogFeedOptions } from './redis-log-feed.ts';
export { RedisHostRegistry, type RedisHostRegistryOptions } from './redis-host-registry.ts';
export { RedisGlobalTier, type RedisGlobalTierOptions } from './redis-global-tier.ts';
