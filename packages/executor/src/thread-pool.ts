import { ExecutorThread, type OpenState } from './executor-thread.ts';
import { EXECUTOR_EVENTS } from './executor-events.ts';
import { ProcessBudget } from './thread/process-budget.ts';
import type { ThreadSettings } from './thread/messages.ts';
import { Ticker } from './ticker.ts';

/** Threads ready to take over from one that is ended, since starting one takes tens of milliseconds. */
const SPARE_THREADS = 1;

/** Before a thread that crashed is replaced, in milliseconds: one that crashes at its start must not do so all the time. */
const CRASH_PAUSE_MS = 100;

/** After which a thread that was told to end counts as stuck, in milliseconds; others end within a few. */
const STUCK_AFTER_MS = 1_000;

/** Guests are asked to pause so often in a slice, and at most so often, in milliseconds: a tick costs microseconds. */
const TICKS_PER_SLICE = 2;
const TICK_MS_MIN = 1;

/** What a pool's threads are. */
export interface ThreadPoolOptions {
  /** How many run guests. */
  readonly size: number;
  /** Module that calls `serveExecutorThread`. */
  readonly main: URL;
  readonly settings: ThreadSettings;
  /** Most Faaslets of all threads together. */
  readonly faasletsMax: number;
  readonly openState: OpenState | undefined;
  /** Most regions that are mapped in all Faaslets together. */
  readonly regionsMax: number;
}

/** A fixed number of executor threads; one that ends is replaced. */
export class ThreadPool {
  readonly budget: ProcessBudget;
  readonly #regions: ProcessBudget;
  readonly #options: ThreadPoolOptions;
  readonly #ticker: Ticker;
  /** Those that have not ended; the first `size` of them run guests, the rest are spares. */
  readonly #threads: ExecutorThread[] = [];
  readonly #ending = new Set<ExecutorThread>();
  readonly #freeCells: number[];
  #stuck = 0;
  #closed = false;

  /** Starts the threads and a spare. */
  constructor(options: ThreadPoolOptions) {
    this.#options = options;
    this.#ticker = new Ticker(Math.max(TICK_MS_MIN, options.settings.sliceMs / TICKS_PER_SLICE));
    // As many stuck threads as the pool is large are replaced, so there may be twice as many, and the spare.
    const cells = 2 * options.size + SPARE_THREADS;
    this.budget = ProcessBudget.create(options.faasletsMax, cells);
    this.#regions = ProcessBudget.create(options.regionsMax, cells);
    this.#freeCells = Array.from({ length: cells }, (_, i) => i);
    for (let i = 0; i < options.size + SPARE_THREADS; i++) this.#start();
  }

  /** How many threads should have ended and have not. */
  get stuck(): number {
    return this.#stuck;
  }

  /** How many guests wait for something, and need no turn. */
  get waitingGuests(): number {
    let waiting = 0;
    for (const thread of this.#threads) waiting += thread.waitingGuests;
    return waiting;
  }

  /** How many guests wait, by the user whom they run for. */
  waitingGuestsByUser(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const user of this.threads.flatMap((thread) => thread.waitingUsers()))
      counts.set(user, (counts.get(user) ?? 0) + 1);
    return counts;
  }

  /** Threads that run guests. */
  get threads(): readonly ExecutorThread[] {
    return this.#threads.slice(0, this.#options.size);
  }

  /**
   * The thread with the least to do; of equals, one with an idle Faaslet of `protoId`. Undefined when there is none at the
   * moment.
   */
  leastLoaded(protoId?: number): ExecutorThread | undefined {
    this.#ticker.wake();
    let best: ExecutorThread | undefined;
    for (let i = 0; i < this.#options.size; i++) {
      const thread = this.#threads[i];
      if (thread?.hasRoom !== true || (best !== undefined && thread.load > best.load)) continue;
      const warmer = protoId !== undefined && thread.faaslets.idle(protoId) > 0;
      if (best === undefined || thread.load < best.load || warmer) best = thread;
    }
    return best;
  }

  /** Lets a thread that has nothing to do take over calls that wait on the one with the most. */
  balance(): void {
    const { threads } = this;
    if (!threads.some(({ load, hasRoom }) => hasRoom && load === 0)) return;
    const busiest = threads.reduce<ExecutorThread | undefined>(
      (most, thread) => (most === undefined || thread.load > most.load ? thread : most),
      undefined,
    );
    if (busiest === undefined || busiest.load <= 1) return;
    const { waiting } = busiest;
    if (waiting > 0) busiest.giveBack(Math.ceil(waiting / 2));
  }

  /** Ends a thread whose guest does not end; another takes its place. */
  discard(thread: ExecutorThread): void {
    if (this.#ending.has(thread)) return;
    this.#remove(thread);
    void this.#terminate(thread);
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(
      [...this.#threads, ...this.#ending].map(async (thread) => {
        await thread.terminate();
      }),
    );
    await this.#ticker.close();
  }

  async #terminate(thread: ExecutorThread): Promise<void> {
    this.#ending.add(thread);
    let stuck = 0;
    const timer = setTimeout(() => {
      stuck = 1;
      this.#stuck += 1;
      EXECUTOR_EVENTS.threadStuck.publish({ stuck: this.#stuck });
      if (this.#stuck <= this.#options.size) this.#start();
    }, STUCK_AFTER_MS);
    await thread.terminate();
    clearTimeout(timer);
    this.#stuck -= stuck;
  }

  #start(): void {
    const budgetCell = this.#freeCells.pop();
    if (this.#closed || budgetCell === undefined) return;
    const { main, settings } = this.#options;
    const thread = new ExecutorThread({
      main,
      openState: this.#options.openState,
      data: {
        settings,
        budget: this.budget.shared,
        regions: this.#regions.shared,
        budgetCell,
        ticker: this.#ticker.words,
      },
      onExit: (ended) => {
        this.#ended(ended);
      },
    });
    this.#threads.push(thread);
    this.#ticker.add(budgetCell, thread.channelMemory);
  }

  #ended(ended: ExecutorThread): void {
    this.#remove(ended);
    this.#ending.delete(ended);
    this.budget.releaseAll(ended.budgetCell);
    this.#regions.releaseAll(ended.budgetCell);
    this.#freeCells.push(ended.budgetCell);
    if (this.#closed) return;
    EXECUTOR_EVENTS.threadReplaced.publish({ threads: this.#threads.length });
    if (!ended.crashed) {
      this.#replace();
      return;
    }
    setTimeout(() => {
      this.#replace();
    }, CRASH_PAUSE_MS);
  }

  #remove(thread: ExecutorThread): void {
    const at = this.#threads.indexOf(thread);
    if (at < 0) return;
    this.#threads.splice(at, 1);
    this.#ticker.remove(thread.budgetCell);
  }

  /** A thread that was stuck may have been replaced before it ended. */
  #replace(): void {
    if (this.#threads.length < this.#options.size + SPARE_THREADS) this.#start();
  }
}
