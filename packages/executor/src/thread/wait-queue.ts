/** One that waits, and where in the heap it is. */
interface Entry<T> {
  readonly value: T;
  readonly until: number;
  at: number;
}

/** What waits for a moment, the one whose moment comes first in front: a binary heap. */
export class WaitQueue<T> {
  readonly #heap: Entry<T>[] = [];
  readonly #entries = new Map<T, Entry<T>>();

  /** How many wait. */
  get length(): number {
    return this.#heap.length;
  }

  /** The moment that comes first; `Infinity` when none waits. */
  get nextMoment(): number {
    return this.#heap[0]?.until ?? Infinity;
  }

  /** Lets `value`, which does not wait yet, wait until a moment. */
  add(value: T, until: number): void {
    const entry = { value, until, at: this.#heap.length };
    this.#heap.push(entry);
    this.#entries.set(value, entry);
    this.#rise(entry);
  }

  /** Takes one out whose moment has come by `now`. Undefined when there is none. */
  takeDue(now: number): T | undefined {
    const [first] = this.#heap;
    if (first === undefined || first.until > now) return undefined;
    this.remove(first.value);
    return first.value;
  }

  /** Takes out one that waits. False when it does not. */
  remove(value: T): boolean {
    const entry = this.#entries.get(value);
    if (entry === undefined) return false;
    this.#entries.delete(value);
    const last = this.#heap.pop();
    if (last === undefined || last === entry) return true;
    this.#put(last, entry.at);
    this.#rise(last);
    this.#sink(last);
    return true;
  }

  #rise(entry: Entry<T>): void {
    for (;;) {
      const parent = this.#heap[(entry.at - 1) >> 1];
      if (parent === undefined || parent.until <= entry.until) return;
      this.#swap(entry, parent);
    }
  }

  #sink(entry: Entry<T>): void {
    for (;;) {
      const [left, right] = [this.#heap[2 * entry.at + 1], this.#heap[2 * entry.at + 2]];
      if (left === undefined) return;
      const child = right !== undefined && right.until < left.until ? right : left;
      if (entry.until <= child.until) return;
      this.#swap(entry, child);
    }
  }

  #swap(one: Entry<T>, other: Entry<T>): void {
    const { at } = one;
    this.#put(one, other.at);
    this.#put(other, at);
  }

  #put(entry: Entry<T>, at: number): void {
    entry.at = at;
    this.#heap[at] = entry;
  }
}
