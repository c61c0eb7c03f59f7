import { BroadcastChannel } from 'node:worker_threads';

/** Where the threads of an executor under test tell of memories. */
export const MEMORIES_CHANNEL = 'memories of executor threads under test';

/** Entry of threads whose memories are counted. */
export const countedMemoriesThread: URL = new URL('./counted-memories-thread-under-test.ts', import.meta.url);

/** Turns of the event loop in which what a thread has told arrives. */
const TURNS = 5;

/** Counts the memories that threads with the entry {@link countedMemoriesThread} make from now on. */
export class CountedMemories implements Disposable {
  readonly #channel = new BroadcastChannel(MEMORIES_CHANNEL);
  #count = 0;

  constructor() {
    this.#channel.addEventListener('message', () => {
      this.#count += 1;
    });
  }

  /** So many were made since. At least one must have been. */
  async count(): Promise<number> {
    for (let left = TURNS; left > 0 || this.#count === 0; left--)
      await new Promise((resolve) => setImmediate(resolve));
    return this.#count;
  }

  [Symbol.dispose](): void {
    this.#channel.close();
  }
}
