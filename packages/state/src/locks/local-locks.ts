/** How a lock is held: by many readers, or by one writer. */
export type LockMode = 'read' | 'write';

/** Who holds locks or waits for them: one object each, since a call that is run again has the same name. */
export interface LockHolder {
  readonly name: string;
}

interface Waiter {
  readonly holder: LockHolder;
  readonly mode: LockMode;
  readonly granted: () => void;
}

interface Lock {
  /** Those who hold it; one, if it is a writer. */
  readonly holders: Set<LockHolder>;
  mode: LockMode;
  /** In the order in which they came: a writer that waits keeps later readers from overtaking it. */
  readonly waiters: Waiter[];
}

/** Readers-writer locks of a host, by name. Fair: who came first goes first. */
export class LocalLocks {
  readonly #locks = new Map<string, Lock>();

  /** Asks for a lock. Undefined when it was granted at once, else a promise of it, until `leave`. */
  acquire(name: string, { holder, mode }: { holder: LockHolder; mode: LockMode }): Promise<void> | undefined {
    const lock = this.#locks.get(name);
    if (lock === undefined) {
      this.#locks.set(name, { holders: new Set([holder]), mode, waiters: [] });
      return undefined;
    }
    if (mode === 'read' && lock.mode === 'read' && lock.waiters.length === 0) {
      lock.holders.add(holder);
      return undefined;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    lock.waiters.push({ holder, mode, granted: resolve });
    return promise;
  }

  /** How one holds a lock; undefined when it does not. */
  modeOf(name: string, holder: LockHolder): LockMode | undefined {
    const lock = this.#locks.get(name);
    return lock?.holders.has(holder) === true ? lock.mode : undefined;
  }

  /** The name of one of those who hold a lock. */
  holderOf(name: string): string | undefined {
    return this.#locks.get(name)?.holders.values().next().value?.name;
  }

  /** Gives a lock back, or no longer waits for it. False when neither was so. */
  leave(name: string, holder: LockHolder): boolean {
    const lock = this.#locks.get(name);
    if (lock === undefined) return false;
    const at = lock.waiters.findIndex((waiter) => waiter.holder === holder);
    if (at >= 0) lock.waiters.splice(at, 1);
    const held = lock.holders.delete(holder);
    this.#grant(name, lock);
    return held || at >= 0;
  }

  #grant(name: string, lock: Lock): void {
    for (;;) {
      const [next] = lock.waiters;
      if (next === undefined) break;
      const joins = next.mode === 'read' && lock.mode === 'read';
      if (lock.holders.size > 0 && !joins) return;
      lock.waiters.shift();
      lock.mode = next.mode;
      lock.holders.add(next.holder);
      next.granted();
    }
    if (lock.holders.size === 0) this.#locks.delete(name);
  }
}
