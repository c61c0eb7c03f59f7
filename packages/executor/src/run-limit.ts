import type { FaasmError } from '@faasm/protocol';
import { deferred } from '@faasm/stdx';

/** Until when something may go on: it has an end, which comes once, for a reason. */
export class RunLimit {
  readonly #reached = deferred<never>();
  readonly #listeners = new Set<(reason: FaasmError) => void>();
  #reason: FaasmError | undefined;

  constructor() {
    // Whoever races sees the rejection; when nobody does, it is nobody's error.
    this.#reached.promise.catch(() => undefined);
  }

  /** Why it must end; undefined while it need not. */
  get reason(): FaasmError | undefined {
    return this.#reason;
  }

  /** Tells `listener` of the end, at once when it has come. The returned function takes that back. */
  onReached(listener: (reason: FaasmError) => void): () => void {
    if (this.#reason !== undefined) listener(this.#reason);
    else this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** What `work` comes to, or the reason of the end if that comes first. */
  async race<T>(work: Promise<T>): Promise<T> {
    return await Promise.race([this.#reached.promise, work]);
  }

  /** The end has come. */
  end(reason: FaasmError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#reached.reject(reason);
    for (const listener of this.#listeners) listener(reason);
    this.#listeners.clear();
  }
}
