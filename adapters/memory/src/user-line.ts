import type { CallEntry } from './call-entry.ts';
import { LinkedQueue } from './linked-queue.ts';

/** One user's calls in a queue, and when the user's next turn is. */
export class UserLine {
  readonly user: string;
  readonly weight: number;
  /** Calls that wait, in the order in which they were accepted; how many, kept by the queue. */
  readonly waiting = new LinkedQueue<CallEntry>();
  length = 0;
  /** Calls that have not ended, and the bytes of their inputs; kept by the backend. */
  outstanding = 0;
  bytes = 0;
  /** The virtual time at which the next turn begins; among equal ones the smaller `place` goes first. */
  start = 0;
  place = 0;
  /** Whether it is among the turns: it has calls waiting, or its last turn is not over. */
  hasTurn = false;

  constructor(user: string, weight: number) {
    this.user = user;
    this.weight = weight;
  }

  /** Whether its turn comes before that of `other`. */
  isBefore(other: UserLine): boolean {
    return this.start === other.start ? this.place < other.place : this.start < other.start;
  }
}
