/** A promise together with the functions that settle it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(cause: Error): void;
}

/** Makes a promise that somebody else settles. Settling twice has no effect. */
export function deferred<T>(): Deferred<T> {
  return Promise.withResolvers<T>();
}
