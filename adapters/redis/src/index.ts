export type { RedisBackendOptions } from './redis-backend-options.ts';
export { RedisBackend } from './redis-backend.ts';
export { RedisHostRegistry, type RedisHostRegistryOptions } from './redis-host-registry.ts';
