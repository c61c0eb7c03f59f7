import { formatFunctionRef, type FunctionRef } from '@faasm/protocol';
import { sameFaaslets, type FunctionVersionRef } from './function-version.ts';

/** Functions that are remembered: asking for the versions of more would burden a shared directory. */
const REMEMBERED_MAX = 100;

/** The functions that were called last, as they were then, the one called longest ago first. */
export class RecentFunctions {
  readonly #functions = new Map<string, FunctionVersionRef>();
  #newest: FunctionVersionRef | undefined;

  /** Notes a call. */
  note(recent: FunctionVersionRef): void {
    // Most calls are of the function that was called before.
    if (this.#newest?.ref.name === recent.ref.name && sameFaaslets(this.#newest, recent)) return;
    this.#newest = recent;
    const key = formatFunctionRef(recent.ref);
    this.#functions.delete(key);
    this.#functions.set(key, recent);
    if (this.#functions.size <= REMEMBERED_MAX) return;
    const oldest = this.#functions.keys().next();
    if (oldest.done !== true) this.#functions.delete(oldest.value);
  }

  /** Forgets a function, because it is gone. */
  forget(ref: FunctionRef): void {
    this.#functions.delete(formatFunctionRef(ref));
    this.#newest = undefined;
  }

  all(): FunctionVersionRef[] {
    return [...this.#functions.values()];
  }
}
