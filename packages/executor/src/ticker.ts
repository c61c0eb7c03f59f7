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

/** Called by whatever thread is about to run something. */
export function wakeTicker(words: Int32Array): void {
  Atomics.add(words, TICKER_WORD.wakes, 1);
  if (Atomics.load(words, TICKER_WORD.asleep) === 1) Atomics.notify(words, TICKER_WORD.wakes);
}

const MAIN = new URL('./thread/ticker-thread.ts', import.meta.url);

/**
 * Asks guests to pause, again and again, from a thread of its own: neither a guest nor a busy host keeps it from doing so.
 * While no guest runs it sleeps.
 */
export class Ticker {
  /** With which any thread can `wakeTicker`. */
  readonly words: SharedArrayBuffer = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  readonly #words = new Int32Array(this.words);
  readonly #worker: Worker;

  /** Guests are asked every `intervalMs` milliseconds. */
  constructor(intervalMs: number) {
    const workerData: TickerData = { words: this.words, intervalMs };
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
    wakeTicker(this.#words);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(message: TickerMessage): void {
    this.#worker.postMessage(message);
    this.wake();
  }
}
