import { deleteState, incrementState } from './state';

/**
 * A number that functions on all hosts count with: a state value of 8 bytes, changed at the global copy, one change after the
 * other. It is 0 before its first change, and wraps around beyond 64 bits.
 */
export class Counter {
  constructor(private key: string) {}

  /** Adds; returns what it came to. No other change has come to the same in between. */
  add(delta: i64): i64 {
    return incrementState(this.key, delta);
  }

  increment(): i64 {
    return this.add(1);
  }

  decrement(): i64 {
    return this.add(-1);
  }

  /** What it is now. Asks the global copy by adding 0. */
  value(): i64 {
    return this.add(0);
  }

  /** 0 again. */
  reset(): void {
    deleteState(this.key);
  }
}
