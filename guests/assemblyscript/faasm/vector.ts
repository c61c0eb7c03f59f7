import { flagStateOffsetDirty, pullState, pushStatePartial, readStatePtr, writeStateOffset } from './state';

/**
 * A vector of numbers in one state value, of a size that is fixed: all functions of a host work on the same elements, without
 * a copy. What is set there is sent to other hosts by `push`, exactly those bytes, and comes from them by `pull`.
 *
 * Functions that set different elements at once, on one host or several, do not disturb each other. Of two that set the
 * same, one wins. Who reads, changes and sets takes a lock.
 */
export class Vector<T> {
  private mapped: usize = 0;
  /** Room for one element. */
  private element: ArrayBuffer = new ArrayBuffer(sizeof<T>());

  /** Of `size` elements; they are zeros when there is no such value yet. */
  constructor(
    private key: string,
    readonly size: i32,
  ) {
    if (isReference<T>()) ERROR('Elements of a shared vector are numbers');
    assert(size >= 0, 'Vector of a negative size');
  }

  get(index: i32): T {
    this.requireInside(index, 1);
    return load<T>(this.data() + <usize>index * sizeof<T>());
  }

  /** Sets an element and marks its bytes as changed. A call of the host: for many in a row there are `data` and `markDirty`. */
  set(index: i32, element: T): void {
    this.requireInside(index, 1);
    store<T>(changetype<usize>(this.element), element);
    writeStateOffset(this.key, this.totalSize(), <usize>index * sizeof<T>(), this.element);
  }

  /** Where the elements themselves are, until the call ends. They are mapped at the first use, not in `_faasm_zygote`. */
  data(): usize {
    if (this.mapped == 0) this.mapped = readStatePtr(this.key, this.totalSize());
    return this.mapped;
  }

  /** Marks elements as changed that were stored through `data`; do it after the storing. */
  markDirty(first: i32, count: i32): void {
    this.requireInside(first, count);
    const size = sizeof<T>();
    flagStateOffsetDirty(this.key, this.totalSize(), <usize>first * size, <usize>count * size);
  }

  /**
   * Sends what was set or marked on this host, by whichever function. If nothing was, what was stored through `data` differs
   * from what was last pulled or pushed, and that is sent.
   */
  push(): void {
    pushStatePartial(this.key);
  }

  /** Overwrites this host's elements with the global ones, what was set here and not pushed included. */
  pull(): void {
    pullState(this.key, this.totalSize());
  }

  private totalSize(): usize {
    return <usize>this.size * sizeof<T>();
  }

  private requireInside(first: i32, count: i32): void {
    if (first >= 0 && count >= 0 && first <= this.size && count <= this.size - first) return;
    assert(false, `Vector ${this.key} has ${this.size} elements, none at ${first} of ${count}`);
  }
}
