/** Port: what time it is and when it will be. Tests pass their own; see {@link systemClock} for the real one. */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. May jump; use it for what leaves the process. */
  now(): number;
  /** Monotone time in milliseconds, with fractions, from an arbitrary start. Use it for durations. */
  monotonic(): number;
  /** Calls `callback` once after `delayMs` milliseconds. The returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Node takes a longer delay than 2^31 - 1 ms for 1 ms, so longer ones are cut. */
const TIMER_DELAY_MAX_MS = 2 ** 31 - 1;

/** The machine's clock and Node's timers. Timers keep the process alive until they fire or are cancelled. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), TIMER_DELAY_MAX_MS));
    return () => {
      clearTimeout(timer);
    };
  },
};
