/** What an item of a {@link LinkedQueue} carries: its neighbours there, kept by the queue alone. */
export interface Linked<T> {
  before: T | undefined;
  after: T | undefined;
}

/**
 * A first-in first-out queue of items that hold their own links: adding, taking and removing from the middle cost
 * constant time and no memory. An item is in one queue at a time, once.
 */
export class LinkedQueue<T extends Linked<T>> {
  #first: T | undefined;
  #last: T | undefined;

  push(item: T): void {
    item.before = this.#last;
    if (this.#last === undefined) this.#first = item;
    else this.#last.after = item;
    this.#last = item;
  }

  /** Takes the oldest item out; undefined when empty. */
  shift(): T | undefined {
    const item = this.#first;
    if (item !== undefined) this.remove(item);
    return item;
  }

  /** Takes an item out that is in this queue. */
  remove(item: T): void {
    const { before, after } = item;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    item.before = undefined;
    item.after = undefined;
  }
}
