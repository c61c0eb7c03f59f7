import { formatFunctionRef, type FunctionRef } from '@faasm/protocol';

/** A function that was called, and the version that it had. */
export interface RecentFunction {
  readonly ref: FunctionRef;
  readonly digest: string;
}

/** Functions that are remembered: asking for the versions of more would burden a shared directory. */
const REMEMBERED_MAX = 100;

/** The functions that were called last, the one called longest ago first. */
export class RecentFunctions {
  readonly #functions = new Map<string, RecentFunction>();
  #newest = '';

  /** Notes a call. */
  note(recent: RecentFunction): void {
    const key = formatFunctionRef(recent.ref);
    // Most calls are of the function that was called before.
    if (key === this.#newest && this.#functions.get(key)?.digest === recent.digest) return;
    this.#newest = key;
    this.#functions.delete(key);
    this.#functions.set(key, recent);
    if (this.#functions.size <= REMEMBERED_MAX) return;
    const oldest = this.#functions.keys().next();
    if (oldest.done !== true) this.#functions.delete(oldest.value);
  }

  /** Forgets a function, because it is gone. */
  forget(ref: FunctionRef): void {
    this.#functions.delete(formatFunctionRef(ref));
  }

  all(): RecentFunction[] {
    return [...this.#functions.values()];
  }
}
