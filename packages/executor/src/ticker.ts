import { Worker } from 'node:worker_threads';
import type { ChannelMemory } from './thread/messages.ts';

/** What the ticker's thread is started with. */
export interface TickerData {
  /** Two words: how often the ticker was woken, and 1 while it sleeps because nothing runs. */
  readonly words: SharedArrayBuffer;
  readonly intervalMs: number;
}

/** Places of the words above. */
export const TICKER_WORD = { wakes: 0, asleep: 1 } as const;

/** An executor thread is to be looked after from now on, or no more when it has no memory any more. */
export interface TickerMessage {
  readonly thread: number;
  readonly memory: ChannelMemory | undefined;
}

const MAIN = new URL('./thread/ticker-thread.ts', import.meta.url);

/**
 * Asks guests to pause, again and again, from a thread of its own: neither a guest nor a busy host keeps it from doing so.
 * While no guest runs it sleeps.
 */
export class Ticker {
  readonly #words = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  readonly #worker: Worker;

  /** Guests are asked every `intervalMs` milliseconds. */
  constructor(intervalMs: number) {
    const workerData: TickerData = { words: this.#words.buffer, intervalMs };
    this.#worker = new Worker(MAIN, { workerData, env: {}, execArgv: [], name: 'ticker' });
  }

  /** Looks after an executor thread, until it is `remove`d. */
  add(thread: number, memory: ChannelMemory): void {
    this.#send({ thread, memory });
  }

  remove(thread: number): void {
    this.#send({ thread, memory: undefined });
  }

  /** Called when something is about to run. */
  wake(): void {
    Atomics.add(this.#words, TICKER_WORD.wakes, 1);
    if (Atomics.load(this.#words, TICKER_WORD.asleep) === 1) Atomics.notify(this.#words, TICKER_WORD.wakes);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(message: TickerMessage): void {
    this.#worker.postMessage(message);
    this.wake();
  }
}
