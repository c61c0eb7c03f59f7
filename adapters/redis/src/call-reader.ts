import { isFaasmError } from '@faasm/protocol';
import type { Connection, Reply } from './connection.ts';
import { readDelivery, type Delivery } from './delivery.ts';
import { GROUP, KEYS, QUEUE_KEYS } from './keys.ts';
import { listOf, numberOf } from './reply.ts';
import { SCRIPTS, type Script } from './script.ts';

/** What a reader works with. */
export interface CallReaderOptions {
  /** For commands that answer at once. */
  readonly connection: Connection;
  /** A connection of its own: it blocks. */
  readonly blocking: Connection;
  readonly consumer: string;
  /** Told of what goes wrong in the background. */
  readonly onError: (error: unknown) => void;
}

/** How long Redis holds a request for calls, in milliseconds; a lost request to let go costs no more than this. */
const BLOCK_MS = 1_000;

/** How long a worker that found no call counts as listening, in milliseconds: until Redis lets it go, and on its way. */
const LISTEN_MS = 2 * BLOCK_MS;

/** Entries of this consumer that are looked through for lost ones, at most: far more than a worker runs at once. */
const OWN_MAX = 10_000;

/** Reads calls from the stream as one consumer of its group. */
export class CallReader {
  readonly #options: CallReaderOptions;
  /** What Redis calls the blocking connection; undefined while there is none. */
  #blockingId: number | undefined;

  constructor(options: CallReaderOptions) {
    this.#options = options;
    options.blocking.onReady(() => {
      this.#blockingId = undefined;
      options.blocking
        .command('CLIENT', 'ID')
        .then((id) => (this.#blockingId = numberOf(id)), options.onError);
    });
  }

  /** Waiting calls in turns, at most `max`; where there are none, waits a moment for one. None are fine. */
  async fresh(max: number, signal: AbortSignal): Promise<Delivery[]> {
    const waiting = await this.#takeWaiting(max);
    if (waiting.length > 0 || signal.aborted) return waiting;
    const letGo = this.#letGoOn(signal);
    try {
      return await this.#listen();
    } catch (error) {
      // Redis has lost its data, and makes the group anew when it is asked for waiting calls.
      if (startsWith(error, 'NOGROUP')) return [];
      throw error;
    } finally {
      letGo();
    }
  }

  /** The next waiting call of a user who is not in `except`, if there is one now. */
  async other(except: ReadonlySet<string>): Promise<Delivery[]> {
    const { connection, consumer } = this.#options;
    return firstDeliveries(await connection.run(SCRIPTS.takeOther, QUEUE_KEYS, [GROUP, consumer, ...except]));
  }

  /** At most `max` calls that gave no sign of life for `leaseMs` milliseconds; they are this consumer's now. */
  async expired(max: number, leaseMs: number): Promise<Delivery[]> {
    return await this.#list(SCRIPTS.takeover, [this.#options.consumer, String(leaseMs), String(max)]);
  }

  /** All calls that Redis believes this consumer to have. */
  async own(): Promise<Delivery[]> {
    return await this.#list(SCRIPTS.own, [this.#options.consumer, String(OWN_MAX)]);
  }

  /** Forgets consumers that hold nothing and were silent for `silenceMs` milliseconds. */
  async forgetSilent(silenceMs: number): Promise<void> {
    await this.#options.connection.run(SCRIPTS.forget, [KEYS.stream], [GROUP, '', String(silenceMs)]);
  }

  /** Forgets this consumer, unless it holds calls: then it stays until they have been taken over. */
  async leave(): Promise<void> {
    const never = String(Number.MAX_SAFE_INTEGER);
    const { connection, consumer } = this.#options;
    await connection.run(SCRIPTS.forget, [KEYS.stream], [GROUP, consumer, never]);
  }

  async #list(script: Script, args: readonly string[]): Promise<Delivery[]> {
    const reply = await this.#options.connection.run(script, [KEYS.stream], [GROUP, ...args]);
    return listOf(reply).map((one) => {
      const [entry, delivery, fields] = listOf(one);
      return readDelivery(entry, numberOf(delivery), fields);
    });
  }

  async #takeWaiting(max: number): Promise<Delivery[]> {
    const { connection, consumer } = this.#options;
    const args = [GROUP, consumer, String(max), String(LISTEN_MS)];
    return firstDeliveries(await connection.run(SCRIPTS.take, QUEUE_KEYS, args));
  }

  /** One call, because each worker that listens is offered one. */
  async #listen(): Promise<Delivery[]> {
    const { blocking, consumer } = this.#options;
    const group = ['GROUP', GROUP, consumer, 'COUNT', '1', 'BLOCK', String(BLOCK_MS)];
    const command = ['XREADGROUP', ...group, 'STREAMS', KEYS.stream, '>'];
    const [stream] = listOf(await blocking.blockingCommand(BLOCK_MS, ...command));
    const [, entries] = listOf(stream);
    return firstDeliveries(entries);
  }

  /** When the signal aborts, Redis is asked to end the blocking read now; else it ends by itself after BLOCK_MS. */
  #letGoOn(signal: AbortSignal): () => void {
    const { connection, onError } = this.#options;
    const unblock = (): void => {
      if (this.#blockingId === undefined) return;
      connection.command('CLIENT', 'UNBLOCK', String(this.#blockingId)).catch(onError);
    };
    signal.addEventListener('abort', unblock, { once: true });
    return () => {
      signal.removeEventListener('abort', unblock);
    };
  }
}

function firstDeliveries(entries: Reply | undefined): Delivery[] {
  return listOf(entries).map((one) => {
    const [entry, fields] = listOf(one);
    return readDelivery(entry, 1, fields);
  });
}

function startsWith(error: unknown, prefix: string): boolean {
  return isFaasmError(error) && error.cause instanceof Error && error.cause.message.startsWith(prefix);
}
