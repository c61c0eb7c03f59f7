import { appendState, clearAppendedState, readAppendedState } from './state';

/** Bytes before each element: its size plus 1, never 0, which is where the elements end. */
const FRAME: i32 = 4;

/**
 * Elements that functions on all hosts append, in the order in which they came: a log of the global tier. An append is never
 * lost or torn, however many there are at once. All who use a log agree on how large an element may be.
 */
export class AppendLog {
  /** Of elements of at most `elementSize` bytes; a function that reads needs memory for as many such as it asks for. */
  constructor(
    private key: string,
    private elementSize: i32,
  ) {
    assert(elementSize >= 0, 'Log of elements of a negative size');
  }

  /** Appends one element, which may be empty. One that is too large ends the call. */
  append(element: ArrayBuffer): void {
    const size = element.byteLength;
    if (size > this.elementSize)
      assert(false, `Element of ${size} bytes for log ${this.key}, whose elements have at most ${this.elementSize}`);
    const framed = new ArrayBuffer(FRAME + size);
    const start = changetype<usize>(framed);
    store<u32>(start, size + 1);
    memory.copy(start + FRAME, changetype<usize>(element), size);
    appendState(this.key, framed);
  }

  /** The first `count` elements, or fewer if there are no more. All of them are fetched. */
  first(count: i32): ArrayBuffer[] {
    // An element more, so that there is always an end.
    const bytes = new ArrayBuffer(count * (FRAME + this.elementSize) + FRAME);
    readAppendedState(this.key, bytes, count);
    const elements: ArrayBuffer[] = [];
    let at: i32 = 0;
    while (true) {
      const size = <i32>load<u32>(changetype<usize>(bytes) + at);
      if (size == 0) return elements;
      const start = at + FRAME;
      at = start + size - 1;
      elements.push(bytes.slice(start, at));
    }
  }

  /** Empties it. */
  clear(): void {
    clearAppendedState(this.key);
  }
}
