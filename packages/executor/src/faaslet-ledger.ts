import { FaasmError, formatFunctionRef, type FunctionRef } from '@faasm/protocol';
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

/** What a reading names. */
interface FunctionName {
  readonly function: FunctionRef;
  readonly digest: string;
}

interface Counts {
  function: FunctionRef;
  readonly digest: string;
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
  readonly #counts = new Map<number, Counts>();
  /** Those of the function that was called last. */
  #newest: Counts | undefined;

  constructor(pool: ThreadPool, functionFaasletsMax: number) {
    this.#pool = pool;
    this.#functionFaasletsMax = functionFaasletsMax;
  }

  /**
   * Notes that a call is about to run; `leave` must follow. Where its function has all it may have, the promise is of
   * another Faaslet being given up for it; rejects with `host.capacity` when there is none.
   */
  enter(protoId: number, thread: ExecutorThread, name: FunctionName): Promise<void> | undefined {
    const counts = this.#countsOf(protoId, name);
    counts.running += 1;
    if (thread.faaslets.idle(protoId) > 0 || this.#hasRoom(protoId, counts)) return undefined;
    return this.#makeRoom(protoId, counts);
  }

  /** Calls that end meanwhile leave more idle ones, on any thread. */
  async #makeRoom(protoId: number, counts: Counts): Promise<void> {
    while (!this.#hasRoom(protoId, counts)) {
      const other = this.#pool.threads.find(({ faaslets }) => faaslets.idle(protoId) > 0);
      if (other === undefined) throw this.#full(counts);
      await other.evict(protoId);
    }
  }

  #full({ function: ref }: Counts): FaasmError {
    const message = `Function ${formatFunctionRef(ref)} has ${this.#functionFaasletsMax} Faaslets on this host, which is its limit`;
    return new FaasmError('host.capacity', message);
  }

  /** Notes that the call has ended. `warm` is undefined when it did not run. */
  leave(protoId: number, warm: boolean | undefined): void {
    const counts = this.#counts.get(protoId);
    if (counts === undefined) return;
    counts.running -= 1;
    if (warm === true) counts.warmCalls += 1;
    else if (warm === false) counts.restoredCalls += 1;
  }

  /** All functions that were called lately. */
  readings(): FaasletReading[] {
    return Array.from(this.#counts, ([protoId, counts]) => {
      const { function: ref, digest, running, warmCalls, restoredCalls } = counts;
      return {
        function: formatFunctionRef(ref),
        digest,
        idle: this.#idle(protoId),
        running,
        warmCalls,
        restoredCalls,
      };
    });
  }

  /** Over all functions. */
  totals(): { running: number; idle: number } {
    let [running, idle] = [0, 0];
    for (const counts of this.#counts.values()) running += counts.running;
    for (const thread of this.#pool.threads) idle += thread.faaslets.idleTotal;
    return { running, idle };
  }

  #hasRoom(protoId: number, { running }: Counts): boolean {
    return running + this.#idle(protoId) <= this.#functionFaasletsMax;
  }

  #idle(protoId: number): number {
    return this.#pool.threads.reduce((sum, { faaslets }) => sum + faaslets.idle(protoId), 0);
  }

  #countsOf(protoId: number, name: FunctionName): Counts {
    const counts = this.#counts.get(protoId) ?? newCounts(name);
    counts.function = name.function;
    if (counts === this.#newest) return counts;
    this.#newest = counts;
    this.#counts.delete(protoId);
    this.#counts.set(protoId, counts);
    if (this.#counts.size > COUNTED_MAX) this.#forgetQuiet();
    return counts;
  }

  #forgetQuiet(): void {
    for (const [protoId, { running }] of this.#counts) {
      if (running > 0) continue;
      this.#counts.delete(protoId);
      return;
    }
  }
}

function newCounts({ function: ref, digest }: FunctionName): Counts {
  return { function: ref, digest, running: 0, warmCalls: 0, restoredCalls: 0 };
}
