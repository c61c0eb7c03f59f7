import { formatFunctionRef, type CallLog, type FunctionRef } from '@faasm/protocol';
import type { LogFeed } from '@faasm/scheduler';
import { Listeners } from '@faasm/stdx';

/** Logs for those who follow in the same process. */
export class MemoryLogFeed implements LogFeed {
  readonly #listeners = new Listeners<CallLog>();

  isFollowed(ref: FunctionRef): boolean {
    // Nearly always nobody follows anything.
    return !this.#listeners.isEmpty && this.#listeners.has(formatFunctionRef(ref));
  }

  publish(log: CallLog): void {
    this.#listeners.tell(formatFunctionRef(log.function), log);
  }

  async follow(ref: FunctionRef, listener: (log: CallLog) => void): Promise<() => void> {
    return await Promise.resolve(this.#listeners.add(formatFunctionRef(ref), listener));
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await Promise.resolve();
  }
}
