import { readCurrent } from './read-current';
import { sleep } from './sleep';
import { deleteState, incrementState, stateVersion } from './state';

const PAUSE_MIN_MS: i32 = 1;
const PAUSE_MAX_MS: i32 = 16;

/**
 * Functions on all hosts wait for each other: none goes on before all have come. It may be used again and again, by the same
 * number of functions. One that waits sleeps, so that it holds no slot, and looks again every 1 to 16 ms. One that ends
 * without having come lets the others wait until their deadlines; after that, reset it, or take another key.
 */
export class Barrier {
  private count: ArrayBuffer = new ArrayBuffer(sizeof<i64>());
  /** The version that `count` was read in. */
  private seen: i64 = 0;

  /** For `participants` functions, at least 1; all of them say the same number. */
  constructor(
    private key: string,
    private participants: i32,
  ) {
    assert(participants > 0, 'Barrier without a participant');
  }

  /** Comes, and waits for the others. Returns how many times all had come before. */
  wait(): i64 {
    const round = (incrementState(this.key, 1) - 1) / this.participants;
    const all = (round + 1) * this.participants;
    for (let pause = PAUSE_MIN_MS; !this.hasArrived(all); pause = min(2 * pause, PAUSE_MAX_MS)) sleep(pause);
    return round;
  }

  /** As new. Nobody may wait. */
  reset(): void {
    deleteState(this.key);
  }

  /** Whether so many have come. Reads only what has another version than was seen. */
  private hasArrived(all: i64): bool {
    if (stateVersion(this.key) != this.seen) this.seen = readCurrent(this.key, this.count);
    return load<i64>(changetype<usize>(this.count)) >= all;
  }
}
