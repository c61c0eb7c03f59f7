/** Runs actions of one key one after the other, in the order in which they came; those of other keys beside them. */
export class Serial {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `action` when every earlier one of this key has ended, however it ended. */
  async run<T>(key: string, action: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(action, action);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
