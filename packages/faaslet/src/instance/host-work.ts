/**
 * What a host function returns that cannot answer at once; its value is the function's. At each `yield` the thread makes
 * a check, so that others have their turns and the guest can be ended. A number that is yielded is a moment, in
 * milliseconds of `performance.now()`, until which the guest waits: it is suspended, and costs its thread nothing. A
 * moment that has passed lets those go first that wait for their turn.
 */
export type HostWork<T> = Generator<number | undefined, T, undefined>;

/** A moment that has always passed. */
export const YIELD_NOW = 0;
