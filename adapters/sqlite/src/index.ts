export { SqliteGlobalTier, type SqliteGlobalTierOptions } from './sqlite-global-tier.ts';
