import type { Clock } from '@faasm/stdx';

/** Why a wait ended before its call: the caller left, the server ends, or nobody answered in time. */
export type WaitEnd = 'left' | 'draining' | 'deadline';

/** Someone who waits for a synchronous call, with all that can end the wait in one place. */
export class WaitingCaller {
  readonly #ended = new AbortController();
  #why: WaitEnd | undefined;

  /** Aborts when the wait is over, though the call is not. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Why the wait is over; undefined while it is not. */
  get why(): WaitEnd | undefined {
    return this.#why;
  }

  /** Ends the wait; only the first reason counts. */
  end(why: WaitEnd): void {
    this.#why ??= why;
    this.#ended.abort();
  }
}

/** Everyone who waits, with one timer for all of them: most calls end long before it fires. */
export class WaitingCallers {
  readonly #clock: Clock;
  /** Until when each waits at most, in milliseconds since the Unix epoch. */
  readonly #waiting = new Map<WaitingCaller, number>();
  /** When the timer fires: at the earliest end, or before it. */
  #timerAt = Number.POSITIVE_INFINITY;
  #cancelTimer: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the wait of `caller` at `endsAt`, unless it is removed before. */
  add(caller: WaitingCaller, endsAt: number): void {
    this.#waiting.set(caller, endsAt);
    if (endsAt < this.#timerAt) this.#schedule(endsAt);
  }

  remove(caller: WaitingCaller): void {
    this.#waiting.delete(caller);
    if (this.#waiting.size === 0) this.#stopTimer();
  }

  /** Ends all waits at once. */
  endAll(why: WaitEnd): void {
    for (const caller of this.#waiting.keys()) caller.end(why);
  }

  #schedule(at: number): void {
    this.#stopTimer();
    this.#timerAt = at;
    this.#cancelTimer = this.#clock.after(at - this.#clock.now(), () => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#endDue();
    });
  }

  #stopTimer(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #endDue(): void {
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const [caller, endsAt] of this.#waiting) {
      if (endsAt <= now) {
        this.#waiting.delete(caller);
        caller.end('deadline');
      } else next = Math.min(next, endsAt);
    }
    if (next < this.#timerAt) this.#schedule(next);
  }
}
