import { deferred, type Deferred } from '@faasm/stdx';
import { ExecutorThread } from './executor-thread.ts';
import { EXECUTOR_EVENTS } from './executor-events.ts';
import type { ThreadSettings } from './thread/messages.ts';

/** Threads ready to take over from one that is ended, since starting one takes tens of milliseconds. */
const SPARE_THREADS = 1;

/** Before a thread that crashed is replaced, in milliseconds: one that crashes at its start must not do so all the time. */
const CRASH_PAUSE_MS = 100;

/** A fixed number of executor threads; one that ends is replaced. */
export class ThreadPool {
  readonly size: number;
  readonly #settings: ThreadSettings;
  readonly #threads = new Set<ExecutorThread>();
  readonly #idle: ExecutorThread[] = [];
  readonly #waiting: Deferred<ExecutorThread>[] = [];
  #borrowed = 0;
  #closed = false;

  /** Starts `size` threads and a spare. */
  constructor(size: number, settings: ThreadSettings) {
    this.size = size;
    this.#settings = settings;
    for (let i = 0; i < size + SPARE_THREADS; i++) this.#start();
  }

  /** How many threads run guests now. */
  get busy(): number {
    return this.#borrowed;
  }

  /** Takes a thread for one job; waits while `size` are taken. */
  async borrow(): Promise<ExecutorThread> {
    const thread = this.#borrowed < this.size ? this.#idle.pop() : undefined;
    if (thread !== undefined) {
      this.#borrowed += 1;
      return thread;
    }
    const turn = deferred<ExecutorThread>();
    this.#waiting.push(turn);
    return await turn.promise;
  }

  /** Gives a thread back; one that is ending is replaced when it has ended. */
  giveBack(thread: ExecutorThread): void {
    this.#borrowed -= 1;
    if (!thread.ending) this.#idle.push(thread);
    this.#lend();
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    this.#closed = true;
    const error = new Error('The thread pool is closed');
    for (const turn of this.#waiting.splice(0)) turn.reject(error);
    await Promise.all(
      [...this.#threads].map(async (thread) => {
        await thread.terminate();
      }),
    );
  }

  #start(): void {
    if (this.#closed) return;
    const thread = new ExecutorThread(this.#settings, (ended) => {
      this.#replace(ended);
    });
    this.#threads.add(thread);
    this.#idle.unshift(thread);
    this.#lend();
  }

  #replace(ended: ExecutorThread): void {
    this.#threads.delete(ended);
    const at = this.#idle.indexOf(ended);
    if (at >= 0) this.#idle.splice(at, 1);
    if (this.#closed) return;
    EXECUTOR_EVENTS.threadReplaced.publish({ threads: this.#threads.size });
    if (!ended.crashed) {
      this.#start();
      return;
    }
    setTimeout(() => {
      this.#start();
    }, CRASH_PAUSE_MS);
  }

  #lend(): void {
    while (this.#borrowed < this.size && this.#waiting.length > 0) {
      const thread = this.#idle.pop();
      if (thread === undefined) return;
      this.#borrowed += 1;
      this.#waiting.shift()?.resolve(thread);
    }
  }
}
