/** The part of an `AbortSignal` that most who take one need; an `AbortSignal` is one. */
export interface StopSignal {
  readonly aborted: boolean;
  /** Why; undefined while not aborted. */
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * A signal with its controller in one, for what every call has: Node's own is made of ten objects, and those of a call
 * live until the next full garbage collection. Each listener is called once at most.
 */
export class Stop implements StopSignal {
  #aborted = false;
  #reason: unknown;
  /** Few, so that a list is searched faster than a set is made. */
  #listeners: (() => void)[] | undefined;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** Only the first call has an effect. */
  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    const listeners = this.#listeners;
    this.#listeners = undefined;
    for (const listener of listeners ?? []) listener();
  }

  /** A listener that is added after the abort is never called. */
  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.#aborted) return;
    if (this.#listeners === undefined) this.#listeners = [listener];
    else this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const at = this.#listeners?.indexOf(listener) ?? -1;
    if (at >= 0) this.#listeners?.splice(at, 1);
  }
}
