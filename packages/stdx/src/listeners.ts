/** Who wants to be told of something, by its name. */
export class Listeners<T = void> {
  readonly #byName = new Map<string, Set<(told: T) => void>>();

  /** Whether nobody listens to anything. */
  get isEmpty(): boolean {
    return this.#byName.size === 0;
  }

  /** Whether anybody listens to `name`. */
  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Calls `listener` whenever `name` is told of, until the returned function is called, which may be called again. */
  add(name: string, listener: (told: T) => void): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, listeners);
    // An own function, so that one listener may be added twice.
    const own = (told: T): void => {
      listener(told);
    };
    listeners.add(own);
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#byName.get(name) === listeners) this.#byName.delete(name);
    };
  }

  /** Calls those who listen to `name`, in the order in which they were added. */
  tell(name: string, told: T): void {
    for (const listener of this.#byName.get(name) ?? []) listener(told);
  }

  /** Forgets all of them. */
  clear(): void {
    this.#byName.clear();
  }
}
