export { MemoryBackend, type MemoryBackendOptions } from './memory-backend.ts';
export { MemoryGlobalTier } from './memory-global-tier.ts';
export { MemoryHostRegistry } from './memory-host-registry.ts';
export { MemoryLogFeed } from './memory-log-feed.ts';
