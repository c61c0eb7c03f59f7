import { FaasmError, type ErrorCode } from '@faasm/protocol';
import { createClient, RESP_TYPES } from 'redis';
import type { Script } from './script.ts';

/** Where a Redis server is, and what it is told about us. */
export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  /** Shown by `CLIENT LIST`. */
  readonly name: string;
  /** Told of every failure of the connection; it goes on trying by itself. */
  readonly onError: (error: Error) => void;
  /** What failures are called; those of the queue when absent. */
  readonly codes?: FailureCodes;
}

/** Errors of the catalogue that a server's failures are told as. */
interface FailureCodes {
  /** It does not answer, or refuses. */
  readonly unavailable: ErrorCode;
  /** It refuses to take more. */
  readonly full: ErrorCode;
}

const QUEUE_CODES: FailureCodes = { unavailable: 'queue.unavailable', full: 'queue.unavailable' };

/** What Redis answers: text and results come as bytes. */
export type Reply = Buffer | number | null | readonly Reply[];

/** An argument of a command. */
export type Argument = string | Buffer;

/** How long a command may go unanswered before the server counts as unreachable, in milliseconds. */
const COMMAND_TIMEOUT_MS = 5_000;

/** A connection on which nothing moved for so long, in milliseconds, is given up and made anew. */
const SILENCE_MAX_MS = 10_000;

/** How often an idle connection is tried, in milliseconds: a good one is never silent for long. */
const PING_INTERVAL_MS = 3_000;

/** Longest pause between attempts to connect again, in milliseconds. */
const RECONNECT_PAUSE_MAX_MS = 1_000;

/** Seconds after which a caller who met an unreachable server may try again. */
const RETRY_AFTER_SECONDS = 1;

type Client = ReturnType<typeof newClient>;

/**
 * One connection to a Redis server. It connects, and connects again, by itself; while there is no connection every
 * command fails at once, as unavailable, so that nothing piles up.
 */
export class Connection {
  readonly #client: Client;
  readonly #options: ConnectionOptions;
  /** Whether a command went unanswered, and nothing was answered since. */
  #hangs = false;

  private constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#client = newClient(options);
    this.#client.on('error', options.onError);
  }

  /** Begins to connect; does not wait for it. */
  static open(options: ConnectionOptions): Connection {
    const connection = new Connection(options);
    connection.#client.connect().catch(options.onError);
    return connection;
  }

  /** Calls `listener` now if there is a connection, and each time there is one again. */
  onReady(listener: () => void): void {
    this.#client.on('ready', listener);
    if (this.#client.isReady) listener();
  }

  /** Sends a command and waits for its reply, at most for the time limit. */
  async command(...args: readonly Argument[]): Promise<Reply> {
    return await this.#within(COMMAND_TIMEOUT_MS, async () => await this.#client.sendCommand<Reply>(args));
  }

  /** Sends a command that Redis itself answers after `blockMs` at the latest. */
  async blockingCommand(blockMs: number, ...args: readonly Argument[]): Promise<Reply> {
    return await this.#within(
      blockMs + COMMAND_TIMEOUT_MS,
      async () => await this.#client.sendCommand<Reply>(args),
    );
  }

  /** Runs a script; sends its source only to a server that does not have it. */
  async run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<Reply> {
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await this.command('EVALSHA', script.sha1, ...rest);
    } catch (error) {
      const { cause } = error as Error;
      if (!(cause instanceof Error) || !cause.message.startsWith('NOSCRIPT')) throw error;
      return await this.command('EVAL', script.source, ...rest);
    }
  }

  /** Listens on a channel from the first connection on; the client subscribes again after each lost one. */
  subscribe(channel: string, listener: (message: string) => void): void {
    let asked = false;
    this.onReady(() => {
      if (asked) return;
      asked = true;
      this.#client.subscribe(channel, listener).catch((error: unknown) => {
        asked = false;
        this.#options.onError(this.#unavailable(error));
      });
    });
  }

  /**
   * Listens on a channel, also after each lost connection; resolves with what ends it once Redis has been told.
   */
  async subscribeToBytes(channel: string, listener: (message: Buffer) => void): Promise<() => void> {
    await this.#within(COMMAND_TIMEOUT_MS, async () => {
      await this.#client.subscribe(channel, listener, true);
      return null;
    });
    return () => {
      this.#client.unsubscribe(channel, listener, true).catch((error: unknown) => {
        this.#options.onError(this.#unavailable(error));
      });
    };
  }

  close(): void {
    this.#client.destroy();
  }

  async #within(limitMs: number, action: () => Promise<Reply>): Promise<Reply> {
    if (this.#hangs) throw this.#unavailable(new Error('it owes the answer to an earlier command'));
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      this.#waitForAnySign();
      late.reject(new Error(`no answer within ${limitMs} ms`));
    }, limitMs);
    try {
      return await Promise.race([action(), late.promise]);
    } catch (error) {
      throw this.#unavailable(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Until the server answers again, or the connection is made anew, commands fail at once: they would pile up. */
  #waitForAnySign(): void {
    if (this.#hangs) return;
    this.#hangs = true;
    const goOn = (): void => {
      this.#hangs = false;
    };
    this.#client.ping().then(goOn, goOn);
  }

  #unavailable(cause: unknown): FaasmError {
    const { host, port, codes = QUEUE_CODES } = this.#options;
    const why = cause instanceof Error ? cause.message : String(cause);
    const code = why.startsWith('OOM') ? codes.full : codes.unavailable;
    return new FaasmError(code, `Redis at ${host}:${port} cannot be used: ${why}`, {
      cause,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}

function newClient({ host, port, name }: ConnectionOptions) {
  return createClient({
    RESP: 2,
    name,
    disableOfflineQueue: true,
    pingInterval: PING_INTERVAL_MS,
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
    socket: {
      host,
      port,
      socketTimeout: SILENCE_MAX_MS,
      reconnectStrategy: (retries: number) => Math.min(50 * 2 ** retries, RECONNECT_PAUSE_MAX_MS),
    },
  });
}
