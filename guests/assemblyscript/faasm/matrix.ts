import {
  flagStateOffsetDirty,
  pullState,
  pushStatePartial,
  readStateOffset,
  readStateOffsetPtr,
  writeStateOffset,
} from './state';

/**
 * A dense matrix of `f64` in one state value, column by column. Columns are mapped and fetched as they are asked for, so that
 * a function that works on some of them takes no more of the host, in units of 64 KiB. What holds for functions that write
 * at once is said at `Vector`.
 */
export class Matrix {
  /** Room for one element. */
  private element: ArrayBuffer = new ArrayBuffer(sizeof<f64>());

  /** Zeros, when there is no such value yet. */
  constructor(
    private key: string,
    readonly rowCount: i32,
    readonly columnCount: i32,
  ) {
    assert(rowCount >= 0 && columnCount >= 0, 'Matrix of a negative size');
  }

  /**
   * Where some columns are, one after another, until the call ends: the element of row `r` in the column `first + c` is
   * the one at `c * rowCount + r`. A call maps 64 ranges at most, those within another not counted: whoever wants all asks
   * for all at once.
   */
  columns(first: i32, count: i32): usize {
    this.requireInside(first, count);
    return readStateOffsetPtr(this.key, this.totalSize(), this.offset(first), this.offset(count));
  }

  /** Where one column is. */
  column(index: i32): usize {
    return this.columns(index, 1);
  }

  /** One element; a call of the host, which fetches the part that it is in. */
  get(row: i32, column: i32): f64 {
    readStateOffset(this.key, this.totalSize(), this.place(row, column), this.element);
    return load<f64>(changetype<usize>(this.element));
  }

  /** Sets one element and marks its bytes as changed; a call of the host. */
  set(row: i32, column: i32, element: f64): void {
    store<f64>(changetype<usize>(this.element), element);
    writeStateOffset(this.key, this.totalSize(), this.place(row, column), this.element);
  }

  /** Marks columns as changed that were stored through a pointer; do it after the storing. */
  markDirty(first: i32, count: i32): void {
    this.requireInside(first, count);
    flagStateOffsetDirty(this.key, this.totalSize(), this.offset(first), this.offset(count));
  }

  /** Sends what was set or marked on this host; see `Vector`. */
  push(): void {
    pushStatePartial(this.key);
  }

  /** Overwrites this host's columns with the global ones, all of them. */
  pull(): void {
    pullState(this.key, this.totalSize());
  }

  private offset(column: i32): usize {
    return <usize>column * <usize>this.rowCount * sizeof<f64>();
  }

  private totalSize(): usize {
    return this.offset(this.columnCount);
  }

  private place(row: i32, column: i32): usize {
    this.requireInside(column, 1);
    if (row < 0 || row >= this.rowCount)
      assert(false, `Matrix ${this.key} has ${this.rowCount} rows, none at ${row}`);
    return this.offset(column) + <usize>row * sizeof<f64>();
  }

  private requireInside(first: i32, count: i32): void {
    if (first >= 0 && count >= 0 && first <= this.columnCount && count <= this.columnCount - first) return;
    assert(false, `Matrix ${this.key} has ${this.columnCount} columns, not ${count} from ${first} on`);
  }
}
