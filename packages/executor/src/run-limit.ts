import { FaasmError } from '@faasm/protocol';
import { deferred, type Deferred } from '@faasm/stdx';

/** Until when something may go on: it has an end, which comes once, for a reason. */
export class RunLimit {
  #reached: Deferred<never> | undefined;
  #listener: ((reason: FaasmError) => void) | undefined;
  #reason: FaasmError | undefined;

  /** Why it must end; undefined while it need not. */
  get reason(): FaasmError | undefined {
    return this.#reason;
  }

  /** Tells `listener`, in the place of one before, of the end; at once when it has come. */
  onReached(listener: ((reason: FaasmError) => void) | undefined): void {
    this.#listener = listener;
    if (this.#reason !== undefined) listener?.(this.#reason);
  }

  /** What `work` comes to, or the reason of the end if that comes first. */
  async race<T>(work: Promise<T>): Promise<T> {
    if (this.#reason !== undefined) throw this.#reason;
    this.#reached ??= deferred<never>();
    return await Promise.race([this.#reached.promise, work]);
  }

  /** Adds to the reason of the end what it was that had not ended. */
  explain(words: string): void {
    if (this.#reason === undefined) return;
    const { code, message } = this.#reason;
    this.#reason = new FaasmError(code, `${message}: ${words}`);
  }

  /** What was limited has ended: nobody needs to be told any more. */
  close(): void {
    this.#listener = undefined;
  }

  /** The end has come. */
  end(reason: FaasmError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#reached?.reject(reason);
    // Whoever raced sees the rejection; when nobody does any more, it is nobody's error.
    this.#reached?.promise.catch(() => undefined);
    this.#listener?.(reason);
    this.#listener = undefined;
  }
}
