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

  /** Puts an item behind those at the front that are `before` it; costs as much time as they are many, if any is not. */
  insert(item: T, isBefore: (other: T) => boolean): void {
    if (this.#last === undefined || isBefore(this.#last)) {
      this.push(item);
      return;
    }
    let after = this.#first;
    while (after !== undefined && isBefore(after)) after = after.after;
    item.after = after;
    item.before = after?.before;
    if (item.before === undefined) this.#first = item;
    else item.before.after = item;
    if (after !== undefined) after.before = item;
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
