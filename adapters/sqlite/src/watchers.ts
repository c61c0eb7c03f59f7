import { formatStateKey, type StateKey } from '@faasm/state';

/** Who wants to know of changes, by key. */
export class Watchers {
  readonly #listeners = new Map<string, Set<() => void>>();

  /** Calls `listener` whenever the key is told of, until the returned function is called. */
  add(key: StateKey, listener: () => void): () => void {
    const name = formatStateKey(key);
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    // An own function, so that one listener may be added twice.
    const own = (): void => {
      listener();
    };
    listeners.add(own);
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name);
    };
  }

  tell(key: StateKey): void {
    for (const listener of this.#listeners.get(formatStateKey(key)) ?? []) listener();
  }

  clear(): void {
    this.#listeners.clear();
  }
}
