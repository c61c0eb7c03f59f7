import { decodeCallResult, type CallId, type CallResult } from '@faasm/protocol';
import { SORTABLE_ID_LENGTH } from '@faasm/stdx';
import type { Connection } from './connection.ts';
import { bytesOf, listOf } from './reply.ts';

/** What an inbox works with. */
export interface ReplyInboxOptions {
  /** A connection of its own: it blocks. */
  readonly connection: Connection;
  /** Name of the list that it empties. */
  readonly list: string;
  /** Asks for a result that may have been handed out while there was no connection. */
  readonly recheck: (id: CallId) => Promise<CallResult | undefined>;
  /** Told of what goes wrong; the inbox goes on. */
  readonly onError: (error: unknown) => void;
}

/** How long Redis holds a request for replies, in milliseconds. */
const BLOCK_MS = 2_000;

/** Replies taken at once, at most. */
const BATCH_MAX = 64;

/** Pause after a failure, in milliseconds. */
const RETRY_PAUSE_MS = 100;

/**
 * Receives the ends of calls that this process waits for, through its own list in Redis. A reply that was lost with a
 * connection is found again: whenever a connection is made, everything that is still waited for is asked for.
 */
export class ReplyInbox {
  readonly #options: ReplyInboxOptions;
  readonly #awaited = new Map<CallId, Set<(result: CallResult) => void>>();
  #closed = false;
  #started = false;

  constructor(options: ReplyInboxOptions) {
    this.#options = options;
  }

  /** Calls `listener` once with the call's result. The returned function ends the wait. */
  expect(id: CallId, listener: (result: CallResult) => void): () => void {
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
    this.#options.connection.onReady(() => {
      void this.#recheckAll();
    });
    void this.#receive();
  }

  async #receive(): Promise<void> {
    const { connection, list, onError } = this.#options;
    const command = ['BLMPOP', String(BLOCK_MS / 1_000), '1', list, 'LEFT', 'COUNT', String(BATCH_MAX)];
    while (!this.#closed) {
      try {
        const [, replies] = listOf(await connection.blockingCommand(BLOCK_MS, ...command));
        for (const reply of listOf(replies)) this.#deliver(bytesOf(reply));
      } catch (error) {
        if (this.#closed) return;
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

  #hand(id: CallId, result: CallResult): void {
    const listeners = this.#awaited.get(id) ?? [];
    this.#awaited.delete(id);
    for (const listener of listeners) listener(result);
  }

  async #recheckAll(): Promise<void> {
    for (const id of this.#awaited.keys()) {
      try {
        const result = await this.#options.recheck(id);
        if (result !== undefined) this.#hand(id, result);
      } catch (error) {
        this.#options.onError(error);
        return;
      }
    }
  }
}
