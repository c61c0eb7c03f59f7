import assert from 'node:assert/strict';

/** Sums of shares that are equal on paper may differ by this much. */
const ROUNDING = 1e-9;

/** What a test knows of whose turn it is: start-time fair queueing, where a call is a turn of 1 / weight. */
export class TurnBook {
  readonly #weightOf: (user: string) => number;
  readonly #starts = new Map<string, number>();
  #now = 0;

  constructor(weightOf: (user: string) => number) {
    this.#weightOf = weightOf;
  }

  /** A call of the user begins to wait. */
  waits(user: string): void {
    this.#starts.set(user, Math.max(this.#startOf(user), this.#now));
  }

  /**
   * A call of `user` was taken while those `waiting` waited and were not passed over: fails when it was the turn of another.
   */
  take(user: string, waiting: ReadonlySet<string>): void {
    // For whoever was passed over before, time went on.
    const start = Math.max(this.#startOf(user), this.#now);
    for (const other of waiting) {
      const owed = Math.max(this.#startOf(other), this.#now);
      assert.ok(start <= owed + ROUNDING, `${user} at ${start} was taken before ${other} at ${owed}`);
    }
    this.#now = start;
    this.#starts.set(user, start + 1 / this.#weightOf(user));
  }

  /** None was taken, since all who wait were passed over: the turns of the others are over. */
  allPassedOver(waiting: ReadonlySet<string>): void {
    for (const [user, start] of this.#starts) {
      if (!waiting.has(user)) this.#now = Math.max(this.#now, start);
    }
  }

  /** Nobody is owed anything. */
  nobodyWaits(): void {
    this.#starts.clear();
    this.#now = 0;
  }

  #startOf(user: string): number {
    return this.#starts.get(user) ?? 0;
  }
}
