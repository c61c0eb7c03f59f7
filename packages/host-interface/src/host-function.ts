import type { Guest } from '@faasm/faaslet';

/**
 * A function that a guest may import. Arguments are what the guest passed, whatever its import's type said, so numbers
 * may be `bigint` or missing: everything is checked where it is used.
 */
export type HostFunction = (...values: never[]) => unknown;

/** The functions of one import module, by name. */
export type HostFamily = Readonly<Record<string, HostFunction>>;

/** The guest that runs on this thread now. Host functions are made once a thread and look it up at each call. */
export type CurrentGuest = () => Guest;
