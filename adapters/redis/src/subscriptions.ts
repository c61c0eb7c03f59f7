import type { Connection } from './connection.ts';

/** How subscriptions are made and read. */
export interface SubscriptionsOptions<T> {
  readonly subscriber: Connection;
  readonly channelOf: (name: string) => string;
  readonly decode: (bytes: Buffer) => T;
}

type Listener<T> = (message: T) => void;

interface Subscription<T> {
  readonly listeners: Set<Listener<T>>;
  readonly subscribed: Promise<() => void>;
}

/** Who is to be told of messages, by name: a channel is subscribed to while anybody listens. */
export class Subscriptions<T> {
  readonly #options: SubscriptionsOptions<T>;
  readonly #byName = new Map<string, Subscription<T>>();

  constructor(options: SubscriptionsOptions<T>) {
    this.#options = options;
  }

  /** What somebody listens to. */
  get names(): Iterable<string> {
    return this.#byName.keys();
  }

  /** Calls `listener` with each message until the returned function is called. Throws when the channel cannot be subscribed to. */
  async add(name: string, listener: Listener<T>): Promise<() => void> {
    const subscription = this.#byName.get(name) ?? this.#begin(name);
    // An own function, so that one listener may be added twice.
    const own: Listener<T> = (message) => {
      listener(message);
    };
    subscription.listeners.add(own);
    const stop = (): void => {
      subscription.listeners.delete(own);
      if (subscription.listeners.size === 0) this.#end(name, subscription);
    };
    try {
      await subscription.subscribed;
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }

  /** Calls every listener. */
  tellAll(message: T): void {
    for (const { listeners } of this.#byName.values()) tell(listeners, message);
  }

  #begin(name: string): Subscription<T> {
    const { subscriber, channelOf, decode } = this.#options;
    const listeners = new Set<Listener<T>>();
    const subscribed = subscriber.subscribeToBytes(channelOf(name), (bytes) => {
      tell(listeners, decode(bytes));
    });
    const subscription = { listeners, subscribed };
    this.#byName.set(name, subscription);
    return subscription;
  }

  #end(name: string, subscription: Subscription<T>): void {
    if (this.#byName.get(name) !== subscription) return;
    this.#byName.delete(name);
    void unsubscribe(subscription.subscribed);
  }
}

function tell<T>(listeners: ReadonlySet<Listener<T>>, message: T): void {
  for (const listener of listeners) listener(message);
}

/** Where there is nothing to end, whoever wanted to listen was told. */
async function unsubscribe(subscribed: Promise<() => void>): Promise<void> {
  const [settled] = await Promise.allSettled([subscribed]);
  if (settled.status === 'fulfilled') settled.value();
}
