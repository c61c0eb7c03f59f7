import type { CallEntry } from './call-entry.ts';
import { Turns } from './turns.ts';
import { UserLine } from './user-line.ts';

/**
 * Calls that wait, in a line for each user: start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996), where a call
 * costs its user one turn of 1 / weight. Whoever was away gains nothing: their time begins with that of the others. A
 * call costs constant time, and the logarithm of the number of users where several wait.
 */
export class FairQueue {
  readonly #weightOf: (user: string) => number;
  readonly #lines = new Map<string, UserLine>();
  readonly #turns = new Turns();
  /** When the turn of the call that was taken last began. */
  #now = 0;
  #places = 0;
  #length = 0;

  /** `weightOf` is asked when a user comes; above 0. */
  constructor(weightOf: (user: string) => number) {
    this.#weightOf = weightOf;
  }

  /** How many calls wait. */
  get length(): number {
    return this.#length;
  }

  /** How many users it knows: those with calls, and those whose last turn is not over. */
  get users(): number {
    return this.#lines.size;
  }

  /** The line of a user, until it is forgotten. */
  line(user: string): UserLine {
    const known = this.#lines.get(user);
    if (known !== undefined) return known;
    const line = new UserLine(user, this.#weightOf(user));
    this.#lines.set(user, line);
    return line;
  }

  /** Forgets a line that has no calls, unless its last turn is not over: then that is remembered until it is. */
  forgetIfIdle(line: UserLine): void {
    if (line.outstanding === 0 && !line.hasTurn) this.#lines.delete(line.user);
  }

  /** Lets a call wait in its line, behind those that were accepted before it. */
  add(entry: CallEntry): void {
    const { line } = entry;
    line.waiting.insert(entry, (other) => other.place < entry.place);
    line.length += 1;
    this.#length += 1;
    if (line.hasTurn) return;
    line.start = Math.max(line.start, this.#now);
    this.#giveTurn(line);
    this.#turns.add(line);
  }

  /** Takes the next call out; undefined when none waits. */
  take(): CallEntry | undefined {
    return this.#take(undefined, []);
  }

  /** Takes the next call out of a user who is not in `except`; undefined when none waits. */
  takeOther(except: ReadonlySet<string>): CallEntry | undefined {
    const passedOver: UserLine[] = [];
    const entry = this.#take(except, passedOver);
    for (const line of passedOver) this.#turns.add(line);
    return entry;
  }

  /** Those of `except` who have calls waiting lose their turns to `passedOver`. */
  #take(except: ReadonlySet<string> | undefined, passedOver: UserLine[]): CallEntry | undefined {
    for (;;) {
      const line = this.#turns.first;
      if (line === undefined) return undefined;
      if (line.length > 0 && except?.has(line.user) === true) {
        this.#turns.removeFirst();
        passedOver.push(line);
        continue;
      }
      // Time went on without a user who was passed over.
      line.start = Math.max(line.start, this.#now);
      this.#now = line.start;
      const entry = line.waiting.shift();
      if (entry !== undefined) {
        line.start += 1 / line.weight;
        this.#giveTurn(line);
        this.#turns.firstChanged();
        this.#left(line);
        return entry;
      }
      this.#endTurn(line);
    }
  }

  /** Takes out a call that waits. */
  remove(entry: CallEntry): void {
    entry.line.waiting.remove(entry);
    this.#left(entry.line);
  }

  #giveTurn(line: UserLine): void {
    line.hasTurn = true;
    line.place = this.#places;
    this.#places += 1;
  }

  /** Where nobody waits, nobody is owed a turn: the last of all turns is over. */
  #left(line: UserLine): void {
    line.length -= 1;
    this.#length -= 1;
    if (this.#length > 0) return;
    for (let first = this.#turns.first; first !== undefined; first = this.#turns.first) this.#endTurn(first);
  }

  /** The first of the turns is over. */
  #endTurn(line: UserLine): void {
    this.#now = Math.max(this.#now, line.start);
    this.#turns.removeFirst();
    line.hasTurn = false;
    this.forgetIfIdle(line);
  }
}
