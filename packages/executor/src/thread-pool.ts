import { deferred, type Deferred } from '@faasm/stdx';
import { ExecutorThread } from './executor-thread.ts';
import { EXECUTOR_EVENTS } from './executor-events.ts';
import { FaasletBudget } from './thread/faaslet-budget.ts';
import type { ThreadSettings } from './thread/messages.ts';

/** Threads ready to take over from one that is ended, since starting one takes tens of milliseconds. */
const SPARE_THREADS = 1;

/** Before a thread that crashed is replaced, in milliseconds: one that crashes at its start must not do so all the time. */
const CRASH_PAUSE_MS = 100;

/** After which a thread that was told to end counts as stuck, in milliseconds; others end within a few. */
const STUCK_AFTER_MS = 1_000;

/** What a pool's threads are. */
export interface ThreadPoolOptions {
  /** How many may run guests at once. */
  readonly size: number;
  /** Module that calls `serveExecutorThread`. */
  readonly main: URL;
  readonly settings: ThreadSettings;
  /** Most Faaslets of all threads together. */
  readonly faasletsMax: number;
}

interface Waiting {
  readonly turn: Deferred<ExecutorThread>;
  readonly key: string | undefined;
}

/** A fixed number of executor threads; one that ends is replaced. */
export class ThreadPool {
  readonly size: number;
  readonly budget: FaasletBudget;
  readonly #options: ThreadPoolOptions;
  readonly #threads = new Set<ExecutorThread>();
  readonly #idle: ExecutorThread[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #freeCells: number[];
  #borrowed = 0;
  #stuck = 0;
  #closed = false;

  /** Starts `size` threads and a spare. */
  constructor(options: ThreadPoolOptions) {
    this.size = options.size;
    this.#options = options;
    // As many stuck threads as the pool is large are replaced, so there may be twice as many, and the spare.
    const cells = 2 * options.size + SPARE_THREADS;
    this.budget = FaasletBudget.create(options.faasletsMax, cells);
    this.#freeCells = Array.from({ length: cells }, (_, i) => i);
    for (let i = 0; i < options.size + SPARE_THREADS; i++) this.#start();
  }

  /** How many threads run guests now. */
  get busy(): number {
    return this.#borrowed;
  }

  /** How many threads should have ended and have not. */
  get stuck(): number {
    return this.#stuck;
  }

  get threads(): ReadonlySet<ExecutorThread> {
    return this.#threads;
  }

  /** Threads that do nothing now. */
  get idleThreads(): readonly ExecutorThread[] {
    return this.#idle;
  }

  /** Takes a thread for one job, if possible one with an idle Faaslet of `key`; waits while `size` are taken. */
  async borrow(key?: string): Promise<ExecutorThread> {
    const thread = this.#take(key);
    if (thread !== undefined) return thread;
    const turn = deferred<ExecutorThread>();
    this.#waiting.push({ turn, key });
    return await turn.promise;
  }

  /** Gives a thread back whose job has ended. */
  giveBack(thread: ExecutorThread): void {
    this.#borrowed -= 1;
    if (!thread.ending) this.#idle.push(thread);
    this.#lend();
  }

  /** Ends a thread whose job must not go on; another takes its place. Nobody waits for the job any more. */
  discard(thread: ExecutorThread): void {
    this.#borrowed -= 1;
    void this.#terminate(thread);
  }

  async #terminate(thread: ExecutorThread): Promise<void> {
    let stuck = 0;
    const timer = setTimeout(() => {
      stuck = 1;
      this.#stuck += 1;
      EXECUTOR_EVENTS.threadStuck.publish({ stuck: this.#stuck });
      if (this.#stuck <= this.size) this.#start();
    }, STUCK_AFTER_MS);
    await thread.terminate();
    clearTimeout(timer);
    this.#stuck -= stuck;
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    this.#closed = true;
    const error = new Error('The thread pool is closed');
    for (const { turn } of this.#waiting.splice(0)) turn.reject(error);
    await Promise.all(
      [...this.#threads].map(async (thread) => {
        await thread.terminate();
      }),
    );
  }

  #start(): void {
    const budgetCell = this.#freeCells.pop();
    if (this.#closed || budgetCell === undefined) return;
    const { main, settings } = this.#options;
    const thread = new ExecutorThread({
      main,
      data: { settings, budget: this.budget.shared, budgetCell },
      onExit: (ended) => {
        this.#ended(ended);
      },
    });
    this.#threads.add(thread);
    this.#idle.unshift(thread);
    this.#lend();
  }

  #ended(ended: ExecutorThread): void {
    this.#threads.delete(ended);
    this.budget.releaseAll(ended.data.budgetCell);
    this.#freeCells.push(ended.data.budgetCell);
    const at = this.#idle.indexOf(ended);
    if (at >= 0) this.#idle.splice(at, 1);
    if (this.#closed) return;
    EXECUTOR_EVENTS.threadReplaced.publish({ threads: this.#threads.size });
    if (!ended.crashed) {
      this.#replace();
      return;
    }
    setTimeout(() => {
      this.#replace();
    }, CRASH_PAUSE_MS);
  }

  /** A thread that was stuck may have been replaced before it ended. */
  #replace(): void {
    if (this.#threads.size < this.size + SPARE_THREADS) this.#start();
  }

  #lend(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#take(this.#waiting[0]?.key);
      if (thread === undefined) return;
      this.#waiting.shift()?.turn.resolve(thread);
    }
  }

  #take(key: string | undefined): ExecutorThread | undefined {
    if (this.#borrowed >= this.size) return undefined;
    const warm = key === undefined ? -1 : this.#idle.findLastIndex((thread) => thread.idle.has(key));
    const [thread] = this.#idle.splice(warm < 0 ? this.#idle.length - 1 : warm, 1);
    if (thread !== undefined) this.#borrowed += 1;
    return thread;
  }
}
