/** Weight of one run in the estimate, where it is longer. */
const SLOWER_SHARE = 1 / 8;

/**
 * How long calls of a function run at least, by what its last ones did. A fast one counts at once and slow ones slowly, so
 * that calls which may well be fast are not taken for slow.
 */
export class RunTime {
  #expectedMs = 0;

  /** In milliseconds; 0 while nothing is known. */
  get expectedMs(): number {
    return this.#expectedMs;
  }

  /** Notes a call that ran for `ms`, to its end or until it was stopped. */
  note(ms: number, wasStopped: boolean): void {
    if (ms >= this.#expectedMs) {
      const share = this.#expectedMs === 0 ? 1 : SLOWER_SHARE;
      this.#expectedMs += share * (ms - this.#expectedMs);
    } else if (!wasStopped) this.#expectedMs = ms;
  }
}
