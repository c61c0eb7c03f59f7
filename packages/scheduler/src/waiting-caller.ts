import type { Clock } from '@faasm/stdx';

/** Why a wait ended before its call: the caller left, the server ends, or nobody answered in time. */
export type WaitEnd = 'left' | 'draining' | 'deadline';

/** Someone who waits for a synchronous call, with all that can end the wait in one place. */
export class WaitingCaller {
  /** Until when it waits at most, in milliseconds since the Unix epoch, and its place; kept by {@link WaitingCallers}. */
  endsAt = Number.POSITIVE_INFINITY;
  place = -1;
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
  /** In no order: the last one takes the place of one that goes. */
  readonly #waiting: WaitingCaller[] = [];
  /** When the timer fires: at the earliest end, or before it. */
  #timerAt = Number.POSITIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the wait of `caller` at `endsAt`, unless it is removed before. */
  add(caller: WaitingCaller, endsAt: number): void {
    caller.endsAt = endsAt;
    caller.place = this.#waiting.push(caller) - 1;
    if (endsAt < this.#timerAt) this.#schedule(endsAt);
  }

  /** Forgets a caller that was added. */
  remove(caller: WaitingCaller): void {
    const last = this.#waiting.pop();
    if (last !== undefined && last !== caller) {
      this.#waiting[caller.place] = last;
      last.place = caller.place;
    }
    if (this.#waiting.length === 0) this.#stopTimer();
  }

  /** Ends all waits at once. */
  endAll(why: WaitEnd): void {
    for (const caller of this.#waiting) caller.end(why);
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
    this.#cancelTimer?.();
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  /** Ends what is due. A caller is still there until its call was ended, but its time does not come again. */
  #endDue(): void {
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const caller of this.#waiting) {
      if (caller.endsAt <= now) {
        caller.endsAt = Number.POSITIVE_INFINITY;
        caller.end('deadline');
      } else next = Math.min(next, caller.endsAt);
    }
    if (next < this.#timerAt) this.#schedule(next);
  }
}
