import type { Connection } from './connection.ts';

interface Watched {
  readonly listeners: Set<() => void>;
  readonly subscribed: Promise<() => void>;
}

/** Who is to be told of messages on channels, over one connection. */
export class StateWatchers {
  readonly #subscriber: Connection;
  readonly #watched = new Map<string, Watched>();

  constructor(subscriber: Connection) {
    this.#subscriber = subscriber;
    // What happened while there was no connection is not known.
    subscriber.onReady(() => {
      for (const { listeners } of this.#watched.values()) tell(listeners);
    });
  }

  /** Calls `listener` at each message of a channel, and at each new connection, until the returned function is called. */
  async watch(channel: string, listener: () => void): Promise<() => void> {
    const watched = this.#watched.get(channel) ?? this.#begin(channel);
    const own = (): void => {
      listener();
    };
    watched.listeners.add(own);
    const stop = (): void => {
      watched.listeners.delete(own);
      if (watched.listeners.size === 0) this.#end(channel, watched);
    };
    try {
      await watched.subscribed;
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }

  #begin(channel: string): Watched {
    const listeners = new Set<() => void>();
    const subscribed = this.#subscriber.subscribeToBytes(channel, () => {
      tell(listeners);
    });
    const watched = { listeners, subscribed };
    this.#watched.set(channel, watched);
    return watched;
  }

  #end(channel: string, watched: Watched): void {
    if (this.#watched.get(channel) !== watched) return;
    this.#watched.delete(channel);
    void unsubscribe(watched);
  }
}

function tell(listeners: ReadonlySet<() => void>): void {
  for (const listener of listeners) listener();
}

/** Where there is nothing to end, whoever wanted to watch was told. */
async function unsubscribe({ subscribed }: Watched): Promise<void> {
  const [settled] = await Promise.allSettled([subscribed]);
  if (settled.status === 'fulfilled') settled.value();
}
