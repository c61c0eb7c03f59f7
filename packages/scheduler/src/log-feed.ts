import type { CallLog, FunctionRef } from '@faasm/protocol';

/**
 * Port: shows the logs of calls, as they end, to whoever follows their function. Nothing is kept, and nothing is promised:
 * what cannot be shown now is lost.
 */
export interface LogFeed {
  /** Whether anybody follows a function, as far as this process knows. Asked at the end of each call, so it is cheap. */
  isFollowed(ref: FunctionRef): boolean;

  /** Shows a log to whoever follows its function, in any process. Never throws. */
  publish(log: CallLog): void;

  /**
   * Calls `listener` with the logs of calls of a function that end from now on, until the function that is returned is
   * called. May throw `queue.unavailable`.
   */
  follow(ref: FunctionRef, listener: (log: CallLog) => void): Promise<() => void>;

  close(): Promise<void>;
}
