import {
  decodeCallLog,
  encodeCallLog,
  formatFunctionRef,
  type CallLog,
  type FunctionRef,
} from '@faasm/protocol';
import type { LogFeed } from '@faasm/scheduler';
import type { Clock } from '@faasm/stdx';
import { Connection, type ConnectionOptions } from './connection.ts';
import { FOLLOWED_CHANNEL, logChannel } from './keys.ts';

/** What a Redis log feed is told. */
export interface RedisLogFeedOptions extends ConnectionOptions {
  readonly clock: Clock;
}

type Listener = (log: CallLog) => void;

/** How often it is announced which functions are followed, in milliseconds. */
const ANNOUNCE_MS = 1_000;

/** After how much silence a function is not followed any more, in milliseconds: several announcements may get lost. */
const SILENCE_MS = 4_000;

interface Followed {
  readonly listeners: Set<Listener>;
  readonly subscribed: Promise<() => void>;
}

/**
 * Logs over channels of Redis, one a function. Who follows announces it again and again, and every process remembers it for
 * a while: so calls of functions that nobody follows cost nothing.
 */
export class RedisLogFeed implements LogFeed {
  readonly #options: RedisLogFeedOptions;
  readonly #connection: Connection;
  readonly #subscriber: Connection;
  readonly #followed = new Map<string, Followed>();
  /** By function, until when it is followed by anybody, in milliseconds of the monotonic clock. */
  readonly #followedUntil = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  private constructor(options: RedisLogFeedOptions) {
    this.#options = options;
    this.#connection = Connection.open(options);
    this.#subscriber = Connection.open({ ...options, name: `${options.name}:followed` });
    this.#subscriber.subscribe(FOLLOWED_CHANNEL, (name) => {
      this.#followedUntil.set(name, options.clock.monotonic() + SILENCE_MS);
    });
    this.#timer = setInterval(() => {
      void this.#announceAll();
    }, ANNOUNCE_MS);
  }

  /** Begins to connect. Until there is a connection, nothing is followed, and `follow` throws `queue.unavailable`. */
  static connect(options: RedisLogFeedOptions): RedisLogFeed {
    return new RedisLogFeed(options);
  }

  isFollowed(ref: FunctionRef): boolean {
    // Nearly always nobody follows anything.
    if (this.#followedUntil.size === 0) return false;
    const name = formatFunctionRef(ref);
    const until = this.#followedUntil.get(name);
    if (until === undefined) return false;
    if (until > this.#options.clock.monotonic()) return true;
    this.#followedUntil.delete(name);
    return false;
  }

  publish(log: CallLog): void {
    const channel = logChannel(formatFunctionRef(log.function));
    const { buffer, byteOffset, byteLength } = encodeCallLog(log);
    const bytes = Buffer.from(buffer, byteOffset, byteLength);
    this.#connection.command('PUBLISH', channel, bytes).catch(this.#options.onError);
  }

  async follow(ref: FunctionRef, listener: Listener): Promise<() => void> {
    const name = formatFunctionRef(ref);
    const followed = this.#followed.get(name) ?? this.#begin(name);
    const own: Listener = (log) => {
      listener(log);
    };
    followed.listeners.add(own);
    const stop = (): void => {
      followed.listeners.delete(own);
      if (followed.listeners.size === 0) this.#end(name, followed);
    };
    try {
      await followed.subscribed;
      await this.#announce(name);
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#connection.close();
    this.#subscriber.close();
    await Promise.resolve();
  }

  #begin(name: string): Followed {
    const listeners = new Set<Listener>();
    const subscribed = this.#subscriber.subscribeToBytes(logChannel(name), (bytes) => {
      const log = decodeCallLog(bytes);
      for (const listener of listeners) listener(log);
    });
    const followed = { listeners, subscribed };
    this.#followed.set(name, followed);
    return followed;
  }

  #end(name: string, followed: Followed): void {
    if (this.#followed.get(name) !== followed) return;
    this.#followed.delete(name);
    void unsubscribe(followed);
  }

  async #announceAll(): Promise<void> {
    const now = this.#options.clock.monotonic();
    for (const [name, until] of this.#followedUntil) if (until <= now) this.#followedUntil.delete(name);
    for (const name of this.#followed.keys()) await this.#announce(name).catch(this.#options.onError);
  }

  async #announce(name: string): Promise<void> {
    await this.#connection.command('PUBLISH', FOLLOWED_CHANNEL, name);
  }
}

/** Where there is nothing to end, whoever wanted to follow was told. */
async function unsubscribe({ subscribed }: Followed): Promise<void> {
  const [settled] = await Promise.allSettled([subscribed]);
  if (settled.status === 'fulfilled') settled.value();
}
