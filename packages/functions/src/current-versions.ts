import { formatFunctionRef, type FunctionRef } from '@faasm/protocol';
import type { Clock } from '@faasm/stdx';
import type { CurrentVersion, FunctionStore } from './function-store.ts';

/** What {@link CurrentVersions} works with. */
export interface CurrentVersionsOptions {
  readonly store: Pick<FunctionStore, 'current'>;
  readonly clock: Clock;
  /** How long an answer of the store is used again, in milliseconds; under a second, so that new versions and settings are soon seen. */
  readonly refreshMs: number;
}

interface Known {
  readonly ref: FunctionRef;
  readonly current: Promise<CurrentVersion | undefined>;
  readonly askedAt: number;
  /** What it came to; undefined before. */
  answer: CurrentVersion | undefined;
}

/** Functions remembered at once; beyond it the oldest answer is forgotten, which costs one question to the store. */
const REMEMBERED_MAX = 10_000;

/**
 * Remembers for a moment which version of a function is current, and its settings, so that a busy function does not read the store
 * at each call. Unknown functions and failures are not remembered. Concurrent questions share one answer.
 */
export class CurrentVersions {
  readonly #options: CurrentVersionsOptions;
  readonly #known = new Map<string, Known>();
  /** The one that was asked for last. */
  #newest: Known | undefined;

  constructor(options: CurrentVersionsOptions) {
    this.#options = options;
  }

  /**
   * The current version and the settings: at once where they are remembered, since most calls find them so. Undefined for
   * an unknown function. Rejects with what the store throws.
   */
  resolve(ref: FunctionRef): CurrentVersion | Promise<CurrentVersion | undefined> {
    const now = this.#options.clock.monotonic();
    const known = this.#find(ref);
    if (known !== undefined && now - known.askedAt < this.#options.refreshMs)
      return known.answer ?? known.current;
    return this.#ask(ref, { key: formatFunctionRef(ref), now });
  }

  /** Forgets one function, because this process has just changed it. */
  forget(ref: FunctionRef): void {
    this.#known.delete(formatFunctionRef(ref));
    this.#newest = undefined;
  }

  #find(ref: FunctionRef): Known | undefined {
    // Most calls are of the function that was called before.
    const newest = this.#newest;
    if (newest?.ref.name === ref.name && newest.ref.user === ref.user) return newest;
    const known = this.#known.get(formatFunctionRef(ref));
    this.#newest = known;
    return known;
  }

  async #ask(
    ref: FunctionRef,
    { key, now }: { key: string; now: number },
  ): Promise<CurrentVersion | undefined> {
    const entry: Known = { ref, current: this.#options.store.current(ref), askedAt: now, answer: undefined };
    this.#known.delete(key);
    this.#known.set(key, entry);
    this.#newest = entry;
    this.#forgetOldest();
    try {
      const current = await entry.current;
      entry.answer = current;
      if (current === undefined) this.#drop(key, entry);
      return current;
    } catch (error) {
      this.#drop(key, entry);
      throw error;
    }
  }

  #drop(key: string, entry: Known): void {
    if (this.#known.get(key) === entry) this.#known.delete(key);
    if (this.#newest === entry) this.#newest = undefined;
  }

  #forgetOldest(): void {
    if (this.#known.size <= REMEMBERED_MAX) return;
    const oldest = this.#known.keys().next();
    if (oldest.done !== true) this.#known.delete(oldest.value);
  }
}
