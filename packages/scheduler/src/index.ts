export type { CallCounts, CallQueue, EndAnswer, EndReason, Lease, TakeOptions } from './call-queue.ts';
export type { CallRunner } from './call-runner.ts';
export type { HostRecord, HostRegistry } from './host-registry.ts';
export type { ResultStore } from './result-store.ts';
