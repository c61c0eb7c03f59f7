import { formatFunctionRef, type CallLog, type FunctionRef } from '@faasm/protocol';
import type { LogFeed } from '@faasm/scheduler';

type Listener = (log: CallLog) => void;

/** Logs for those who follow in the same process. */
export class MemoryLogFeed implements LogFeed {
  readonly #listeners = new Map<string, Set<Listener>>();

  isFollowed(ref: FunctionRef): boolean {
    // Nearly always nobody follows anything.
    return this.#listeners.size > 0 && this.#listeners.has(formatFunctionRef(ref));
  }

  publish(log: CallLog): void {
    for (const listener of this.#listeners.get(formatFunctionRef(log.function)) ?? []) listener(log);
  }

  async follow(ref: FunctionRef, listener: Listener): Promise<() => void> {
    const name = formatFunctionRef(ref);
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    const own: Listener = (log) => {
      listener(log);
    };
    listeners.add(own);
    return await Promise.resolve(() => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name);
    });
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await Promise.resolve();
  }
}
