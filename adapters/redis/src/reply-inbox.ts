import { decodeCallResult, type CallId, type CallResult, type CallStatus } from '@faasm/protocol';
import { SORTABLE_ID_LENGTH } from '@faasm/stdx';
import type { Connection } from './connection.ts';
import { bytesOf, listOf } from './reply.ts';

/** What an inbox works with. */
export interface ReplyInboxOptions {
  /** A connection of its own: it blocks. */
  readonly connection: Connection;
  /** Name of the list that it empties. */
  readonly list: string;
  /** Asks for a call whose reply may have been lost with a connection, and for its reply once more. */
  readonly recheck: (id: CallId) => Promise<CallStatus | undefined>;
  /** Told of what goes wrong; the inbox goes on. */
  readonly onError: (error: unknown) => void;
}

/** How long Redis holds a request for replies, in milliseconds. */
const BLOCK_MS = 2_000;

/** Replies taken at once, at most. */
const BATCH_MAX = 64;

/** Calls asked for at once after a lost connection, at most. */
const RECHECK_MAX = 64;

/** Pause after a failure, in milliseconds. */
const RETRY_PAUSE_MS = 100;

/** Told how a call ended; undefined when the server knows nothing of it any more. */
type Listener = (result: CallResult | undefined) => void;

/**
 * Receives the ends of calls that this process waits for, through its own list in Redis. A reply that was lost with a
 * connection is found again: after every failure, everything that is still waited for is asked for.
 */
export class ReplyInbox {
  readonly #options: ReplyInboxOptions;
  readonly #awaited = new Map<CallId, Set<Listener>>();
  #closed = false;
  #started = false;

  constructor(options: ReplyInboxOptions) {
    this.#options = options;
  }

  /** Calls `listener` once, when the call has ended. The returned function ends the wait. */
  expect(id: CallId, listener: Listener): () => void {
    this.#start();
    const listeners = this.#awaited.get(id) ?? new Set();
    listeners.add(listener);
    this.#awaited.set(id, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#awaited.get(id) === listeners) this.#awaited.delete(id);
    };
  }

  close(): void {
    this.#closed = true;
    this.#options.connection.close();
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    void this.#receive();
  }

  async #receive(): Promise<void> {
    const { connection, list, onError } = this.#options;
    const command = ['BLMPOP', String(BLOCK_MS / 1_000), '1', list, 'LEFT', 'COUNT', String(BATCH_MAX)];
    let mayHaveLost = false;
    while (!this.#closed) {
      try {
        if (mayHaveLost) await this.#recheckAll();
        mayHaveLost = false;
        const [, replies] = listOf(await connection.blockingCommand(BLOCK_MS, ...command));
        for (const reply of listOf(replies)) this.#deliver(bytesOf(reply));
      } catch (error) {
        if (this.#closed) return;
        mayHaveLost = true;
        onError(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
      }
    }
  }

  /** A reply is the call's id and then its result. */
  #deliver(reply: Buffer): void {
    const id = reply.subarray(0, SORTABLE_ID_LENGTH).toString();
    if (this.#awaited.has(id)) this.#hand(id, decodeCallResult(reply.subarray(SORTABLE_ID_LENGTH)));
  }

  #hand(id: CallId, result: CallResult | undefined): void {
    const listeners = this.#awaited.get(id) ?? [];
    this.#awaited.delete(id);
    for (const listener of listeners) listener(result);
  }

  /** Asks for all of them; rejects as soon as one cannot be asked for, to be tried again as a whole. */
  async #recheckAll(): Promise<void> {
    const ids = [...this.#awaited.keys()];
    for (let start = 0; start < ids.length; start += RECHECK_MAX) {
      await Promise.all(
        ids.slice(start, start + RECHECK_MAX).map(async (id) => {
          const status = await this.#options.recheck(id);
          if (status === undefined || status.result !== undefined) this.#hand(id, status?.result);
        }),
      );
    }
  }
}
