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
import { Subscriptions } from './subscriptions.ts';

/** What a Redis log feed is told. */
export interface RedisLogFeedOptions extends ConnectionOptions {
  readonly clock: Clock;
}

/** How often it is announced which functions are followed, in milliseconds. */
const ANNOUNCE_MS = 1_000;

/** After how much silence a function is not followed any more, in milliseconds: several announcements may get lost. */
const SILENCE_MS = 4_000;

/**
 * Logs over channels of Redis, one a function. Who follows announces it again and again, and every process remembers it for
 * a while: so calls of functions that nobody follows cost nothing.
 */
export class RedisLogFeed implements LogFeed {
  readonly #options: RedisLogFeedOptions;
  readonly #connection: Connection;
  readonly #subscriber: Connection;
  readonly #followed: Subscriptions<CallLog>;
  /** By function, until when it is followed by anybody, in milliseconds of the monotonic clock. */
  readonly #followedUntil = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  private constructor(options: RedisLogFeedOptions) {
    this.#options = options;
    this.#connection = Connection.open(options);
    this.#subscriber = Connection.open({ ...options, name: `${options.name}:followed` });
    this.#followed = new Subscriptions({
      subscriber: this.#subscriber,
      channelOf: logChannel,
      decode: decodeCallLog,
    });
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

  async follow(ref: FunctionRef, listener: (log: CallLog) => void): Promise<() => void> {
    const name = formatFunctionRef(ref);
    const stop = await this.#followed.add(name, listener);
    try {
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

  async #announceAll(): Promise<void> {
    const now = this.#options.clock.monotonic();
    for (const [name, until] of this.#followedUntil) if (until <= now) this.#followedUntil.delete(name);
    for (const name of this.#followed.names) await this.#announce(name).catch(this.#options.onError);
  }

  async #announce(name: string): Promise<void> {
    await this.#connection.command('PUBLISH', FOLLOWED_CHANNEL, name);
  }
}
