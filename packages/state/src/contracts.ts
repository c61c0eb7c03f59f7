/** The second door: what an adapter's tests need to show that it keeps the contract of a port. */
export { globalTierContract } from './global-tier.contract.ts';
export { bytesOf } from './tier-under-test.ts';
export type { MakeTier, TierUnderTest } from './tier-under-test.ts';
