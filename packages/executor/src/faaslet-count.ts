interface Count {
  /** Calls that were given to the thread and have not ended. */
  running: number;
  /**
   * Faaslets that were restored and not evicted, as far as the thread has told. Answers and evictions come different ways, so
   * that one may be heard of as evicted first: then this is less than there are, also below 0, until the answer is there.
   */
  kept: number;
}

/** How many Faaslets a thread has, by the id of their Proto-Faaslet, as the host knows it. */
export class FaasletCount {
  readonly #counts = new Map<number, Count>();

  /** A call was given to the thread. */
  began(protoId: number): void {
    const count = this.#counts.get(protoId);
    if (count === undefined) this.#counts.set(protoId, { running: 1, kept: 0 });
    else count.running += 1;
  }

  /** It has ended; with `restored`, in a Faaslet that was not there before. */
  ended(protoId: number, restored: boolean): void {
    this.#change(protoId, { running: -1, kept: restored ? 1 : 0 });
  }

  /** The thread has given up a Faaslet. */
  evicted(protoId: number): void {
    this.#change(protoId, { running: 0, kept: -1 });
  }

  /** Faaslets of a function that wait for a call. */
  idle(protoId: number): number {
    const { running, kept } = this.#counts.get(protoId) ?? { running: 0, kept: 0 };
    return Math.max(0, kept - running);
  }

  /** All Faaslets that wait for a call. */
  get idleTotal(): number {
    return [...this.#counts.keys()].reduce((sum, protoId) => sum + this.idle(protoId), 0);
  }

  #change(protoId: number, by: Count): void {
    const count = this.#counts.get(protoId);
    if (count === undefined) return;
    count.running += by.running;
    count.kept += by.kept;
    if (count.running === 0 && count.kept === 0) this.#counts.delete(protoId);
  }
}
