/** Places in the shared counters. */
const LIMIT = 0;
const TOTAL = 1;
const FIRST_CELL = 2;

/**
 * How many of something the threads of a process may have together: Faaslets, each with a memory of its own, or mapped
 * regions. An operating system that runs out of address space or mappings ends the process, so that the limit is kept
 * here, before.
 */
export class ProcessBudget {
  readonly shared: SharedArrayBuffer;
  readonly #counters: Int32Array;

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#counters = new Int32Array(shared);
  }

  /** A budget of `limit` for at most `threads` threads, including those that end and those that replace them. */
  static create(limit: number, threads: number): ProcessBudget {
    const shared = new SharedArrayBuffer((FIRST_CELL + threads) * Int32Array.BYTES_PER_ELEMENT);
    new Int32Array(shared)[LIMIT] = limit;
    return new ProcessBudget(shared);
  }

  get limit(): number {
    return this.#counters[LIMIT] ?? 0;
  }

  /** What all threads have. */
  get used(): number {
    return Atomics.load(this.#counters, TOTAL);
  }

  /** Takes room for one, if there is any. */
  acquire(cell: number): boolean {
    for (;;) {
      const used = this.used;
      if (used >= this.limit) return false;
      if (Atomics.compareExchange(this.#counters, TOTAL, used, used + 1) !== used) continue;
      Atomics.add(this.#counters, FIRST_CELL + cell, 1);
      return true;
    }
  }

  /** Gives room for so many back. */
  release(cell: number, count = 1): void {
    Atomics.sub(this.#counters, FIRST_CELL + cell, count);
    Atomics.sub(this.#counters, TOTAL, count);
  }

  /** Gives back all that a thread had, which has ended. */
  releaseAll(cell: number): void {
    Atomics.sub(this.#counters, TOTAL, Atomics.exchange(this.#counters, FIRST_CELL + cell, 0));
  }
}
