/**
 * A first-in first-out queue on an array: taking moves an index, and the taken part is cut off once it is the larger
 * half, so that both ends cost constant time on average.
 */
export class Fifo<T> {
  #items: T[] = [];
  #front = 0;

  /** How many items wait. */
  get size(): number {
    return this.#items.length - this.#front;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** The oldest item; undefined when empty. */
  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#front];
    this.#front += 1;
    if (this.#front * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#front);
      this.#front = 0;
    }
    return item;
  }
}
