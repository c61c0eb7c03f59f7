import type { UserLine } from './user-line.ts';

/** Lines by their next turn: a binary heap. The turn of a line that is in it changes only while it is the first. */
export class Turns {
  readonly #heap: UserLine[] = [];

  /** The line whose turn is next. */
  get first(): UserLine | undefined {
    return this.#heap[0];
  }

  /** Adds a line that is not in it. */
  add(line: UserLine): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || !line.isBefore(parent)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = line;
  }

  /** Finds the place of the first line, whose turn is later now. */
  firstChanged(): void {
    const [first] = this.#heap;
    if (first !== undefined) this.#sink(first);
  }

  /** Takes the first line out. */
  removeFirst(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
  }

  /** Puts `line` in the place of the first one, and then below those whose turns are before its own. */
  #sink(line: UserLine): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let childAt = 2 * at + 1;
      let child = heap[childAt];
      if (child === undefined) break;
      const right = heap[childAt + 1];
      if (right?.isBefore(child) === true) {
        child = right;
        childAt += 1;
      }
      if (!child.isBefore(line)) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = line;
  }
}
