import type { Clock } from '@faasm/stdx';

/** What wants to be told when its time has come. */
export interface Alarmed {
  /** When, in milliseconds since the Unix epoch, and its place among the others; both are kept by {@link Alarms}. */
  dueAt: number;
  place: number;
  /** Called once, at its time or soon after. */
  due(): void;
}

/** How far ahead the timer is set, at most, in milliseconds: it keeps the process alive, though nobody may wait any more. */
const TIMER_MS_MAX = 100;

/**
 * Many times to be told of, with one timer for all of them: nearly all are taken back long before they come. A timer of
 * Node for each call is linked with those of earlier calls, which then live until the next full garbage collection. The
 * timer is left alone when nobody waits: to stop it and to start it for the next call costs a microsecond.
 */
export class Alarms<T extends Alarmed> {
  readonly #clock: Clock;
  /** In no order: the last one takes the place of one that goes. */
  readonly #waiting: T[] = [];
  /** When the timer fires: at the earliest time, or before it. */
  #timerAt = Number.POSITIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** All that were added and not removed. */
  get waiting(): readonly T[] {
    return this.#waiting;
  }

  /** Tells `alarmed` at `dueAt`, unless it is removed before. It is to be removed in any case. */
  add(alarmed: T, dueAt: number): void {
    alarmed.dueAt = dueAt;
    alarmed.place = this.#waiting.push(alarmed) - 1;
    if (dueAt < this.#timerAt) this.#schedule(dueAt);
  }

  /** Forgets one that was added. */
  remove(alarmed: T): void {
    const last = this.#waiting.pop();
    if (last !== undefined && last !== alarmed) {
      this.#waiting[alarmed.place] = last;
      last.place = alarmed.place;
    }
  }

  #schedule(dueAt: number): void {
    const now = this.#clock.now();
    const at = Math.min(dueAt, now + TIMER_MS_MAX);
    this.#cancelTimer?.();
    this.#timerAt = at;
    this.#cancelTimer = this.#clock.after(at - now, () => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#tellDue();
    });
  }

  /** Whoever was told is still there until it is removed, but its time does not come again. */
  #tellDue(): void {
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    const due: T[] = [];
    for (const alarmed of this.#waiting) {
      if (alarmed.dueAt <= now) {
        alarmed.dueAt = Number.POSITIVE_INFINITY;
        due.push(alarmed);
      } else next = Math.min(next, alarmed.dueAt);
    }
    if (next < this.#timerAt) this.#schedule(next);
    for (const alarmed of due) alarmed.due();
  }
}
