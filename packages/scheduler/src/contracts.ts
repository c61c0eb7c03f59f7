/** The second door: what an adapter's tests need to show that it keeps the contract of a port. */
export type { Backend, BackendUnderTest, MakeBackend } from './backend-under-test.ts';
export { sampleCall, sampleResult, takeOne } from './backend-under-test.ts';
export { callQueueContract } from './call-queue.contract.ts';
export { hostRegistryContract, type MakeRegistry, type RegistryUnderTest } from './host-registry.contract.ts';
export { logFeedContract, type FeedUnderTest } from './log-feed.contract.ts';
export { resultStoreContract } from './result-store.contract.ts';
export { TurnBook } from './turn-book.ts';
