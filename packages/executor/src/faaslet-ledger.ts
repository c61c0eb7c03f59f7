import { FaasmError } from '@faasm/protocol';
import type { ExecutorThread } from './executor-thread.ts';
import type { ThreadPool } from './thread-pool.ts';

/** How many Faaslets of one version of a function are in which state, in this process. */
export interface FaasletReading {
  /** Of the function that asked for it last, `user/name`: functions of a user with the same module share Faaslets. */
  readonly function: string;
  readonly digest: string;
  /** Wait for a call, as their Proto-Faaslet was. */
  readonly idle: number;
  readonly running: number;
  /** Calls that found an idle one, since the process started. */
  readonly warmCalls: number;
  /** Calls for which one was restored. */
  readonly restoredCalls: number;
}

interface Counts {
  function: string;
  digest: string;
  running: number;
  warmCalls: number;
  restoredCalls: number;
}

/** Functions that are counted at once; beyond it those that were quiet longest are forgotten. */
const COUNTED_MAX = 10_000;

/** Counts the Faaslets of a process by function, and holds each function to its share. */
export class FaasletLedger {
  readonly #pool: ThreadPool;
  readonly #functionFaasletsMax: number;
  readonly #counts = new Map<string, Counts>();

  constructor(pool: ThreadPool, functionFaasletsMax: number) {
    this.#pool = pool;
    this.#functionFaasletsMax = functionFaasletsMax;
  }

  /** Notes that a call is about to run on `thread`. Throws `host.capacity` when its function has all it may have. */
  async enter(
    thread: ExecutorThread,
    key: string,
    name: { function: string; digest: string },
  ): Promise<void> {
    const counts = this.#countsOf(key, name);
    counts.running += 1;
    if (thread.idle.has(key)) return;
    if (counts.running + this.#idle(key) <= this.#functionFaasletsMax) return;
    const other = this.#pool.idleThreads.find((candidate) => candidate.idle.has(key));
    await other?.evict(key);
    if (counts.running + this.#idle(key) <= this.#functionFaasletsMax) return;
    counts.running -= 1;
    throw new FaasmError(
      'host.capacity',
      `Function ${name.function} has ${this.#functionFaasletsMax} Faaslets on this host, which is its limit`,
    );
  }

  /** Notes that the call has ended. `warm` is undefined when it did not run. */
  leave(key: string, warm: boolean | undefined): void {
    const counts = this.#counts.get(key);
    if (counts === undefined) return;
    counts.running -= 1;
    if (warm === true) counts.warmCalls += 1;
    else if (warm === false) counts.restoredCalls += 1;
  }

  /** All functions that were called lately. */
  readings(): FaasletReading[] {
    return Array.from(this.#counts, ([key, counts]) => {
      const { function: name, digest, running, warmCalls, restoredCalls } = counts;
      return { function: name, digest, idle: this.#idle(key), running, warmCalls, restoredCalls };
    });
  }

  /** Over all functions. */
  totals(): { running: number; idle: number } {
    let [running, idle] = [0, 0];
    for (const counts of this.#counts.values()) running += counts.running;
    for (const thread of this.#pool.threads) for (const count of thread.idle.values()) idle += count;
    return { running, idle };
  }

  #idle(key: string): number {
    return [...this.#pool.threads].reduce((sum, thread) => sum + (thread.idle.get(key) ?? 0), 0);
  }

  #countsOf(key: string, name: { function: string; digest: string }): Counts {
    const counts = this.#counts.get(key) ?? { ...name, running: 0, warmCalls: 0, restoredCalls: 0 };
    counts.function = name.function;
    this.#counts.delete(key);
    this.#counts.set(key, counts);
    if (this.#counts.size > COUNTED_MAX) this.#forgetQuiet();
    return counts;
  }

  #forgetQuiet(): void {
    for (const [key, { running }] of this.#counts) {
      if (running > 0) continue;
      this.#counts.delete(key);
      return;
    }
  }
}
