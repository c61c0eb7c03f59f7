import { decodeCall, isFaasmError, type Call } from '@faasm/protocol';
import type { Lease } from '@faasm/scheduler';
import type { Connection, Reply } from './connection.ts';
import { GROUP, KEYS } from './keys.ts';
import { bytesOf, listOf, numberOf, textOf } from './reply.ts';
import { SCRIPTS } from './script.ts';

/** What a taker works with. */
export interface CallTakerOptions {
  /** For commands that answer at once. */
  readonly connection: Connection;
  /** A connection of its own: it blocks. */
  readonly blocking: Connection;
  readonly consumer: string;
  readonly leaseMs: number;
  /** Told of what goes wrong in the background. */
  readonly onError: (error: unknown) => void;
}

/** How long Redis holds a request for calls, in milliseconds; a lost request to let go costs no more than this. */
const BLOCK_MS = 1_000;

/** Fields of an entry of the stream: `id`, its value, `call`, its value. */
const CALL_FIELD = 3;

/** Reads calls from the stream, and takes over those whose worker has gone silent. */
export class CallTaker {
  readonly #options: CallTakerOptions;
  /** What Redis calls the blocking connection; undefined while there is none. */
  #blockingId: number | undefined;

  constructor(options: CallTakerOptions) {
    this.#options = options;
    options.blocking.onReady(() => {
      this.#blockingId = undefined;
      options.blocking
        .command('CLIENT', 'ID')
        .then((id) => (this.#blockingId = numberOf(id)), options.onError);
    });
  }

  /** New calls, oldest first, waiting a moment for the first; fewer than `max` or none are fine. */
  async fresh(max: number, signal: AbortSignal): Promise<Lease[]> {
    const letGo = this.#letGoOn(signal);
    try {
      return await this.#read(max);
    } catch (error) {
      if (!isNoGroup(error)) throw error;
      await this.#createGroup();
      return [];
    } finally {
      letGo();
    }
  }

  /** At most `max` calls whose lease has run out; they are this consumer's now. */
  async expired(max: number): Promise<Lease[]> {
    const { connection, consumer, leaseMs } = this.#options;
    const args = [GROUP, consumer, String(leaseMs), String(max)];
    const taken = listOf(await connection.run(SCRIPTS.takeover, [KEYS.stream], args));
    return taken.map((one) => {
      const [entry, delivery, call] = listOf(one);
      return { call: decode(call), delivery: numberOf(delivery), token: textOf(entry) };
    });
  }

  async #read(max: number): Promise<Lease[]> {
    const { blocking, consumer } = this.#options;
    const group = ['GROUP', GROUP, consumer, 'COUNT', String(max), 'BLOCK', String(BLOCK_MS)];
    const reply = await blocking.blockingCommand(
      BLOCK_MS,
      'XREADGROUP',
      ...group,
      'STREAMS',
      KEYS.stream,
      '>',
    );
    const [stream] = listOf(reply);
    const [, entries] = listOf(stream);
    return listOf(entries).map((one) => {
      const [entry, fields] = listOf(one);
      return { call: decode(listOf(fields)[CALL_FIELD]), delivery: 1, token: textOf(entry) };
    });
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

  /** After an empty start, or when Redis has lost its data. */
  async #createGroup(): Promise<void> {
    try {
      await this.#options.connection.command('XGROUP', 'CREATE', KEYS.stream, GROUP, '0', 'MKSTREAM');
    } catch (error) {
      if (!startsWith(error, 'BUSYGROUP')) throw error;
    }
  }
}

function decode(reply: Reply | undefined): Call {
  return decodeCall(bytesOf(reply));
}

function isNoGroup(error: unknown): boolean {
  return startsWith(error, 'NOGROUP');
}

function startsWith(error: unknown, prefix: string): boolean {
  return isFaasmError(error) && error.cause instanceof Error && error.cause.message.startsWith(prefix);
}
