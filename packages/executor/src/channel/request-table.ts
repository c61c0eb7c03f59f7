/** Requests that a thread can have at once. */
export const OUTSTANDING_MAX = 1_024;

/** Ids are 32 bits: the place, and above it how often places were given out. */
const ROUNDS = 2 ** 32 / OUTSTANDING_MAX;

/**
 * What belongs to requests that are not answered, by id. Ids of requests at the same time differ modulo
 * {@link OUTSTANDING_MAX}, so that a place stands for each; a `Map` makes a table of every few requests, which outlive them.
 */
export class RequestTable<T> {
  readonly #values: (T | undefined)[] = Array.from({ length: OUTSTANDING_MAX }, () => undefined);
  readonly #ids = new Uint32Array(OUTSTANDING_MAX);
  readonly #free: number[] = Array.from({ length: OUTSTANDING_MAX }, (_, i) => OUTSTANDING_MAX - 1 - i);
  #round = 0;

  /** How many there are. */
  get size(): number {
    return OUTSTANDING_MAX - this.#free.length;
  }

  /** Gives an id to `value`. Throws `RangeError` when there are as many as there can be. */
  add(value: T): number {
    const place = this.#free.pop();
    if (place === undefined) throw new RangeError(`More than ${OUTSTANDING_MAX} requests at once`);
    this.#round = (this.#round + 1) % ROUNDS;
    const id = this.#round * OUTSTANDING_MAX + place;
    this.#values[place] = value;
    this.#ids[place] = id;
    return id;
  }

  /** What has the id; undefined when nothing has it any more. */
  get(id: number): T | undefined {
    const place = id % OUTSTANDING_MAX;
    return this.#ids[place] === id ? this.#values[place] : undefined;
  }

  /** Takes out what has the id. */
  remove(id: number): T | undefined {
    const value = this.get(id);
    if (value === undefined) return undefined;
    const place = id % OUTSTANDING_MAX;
    this.#values[place] = undefined;
    this.#free.push(place);
    return value;
  }

  /** Ids of all that there are. */
  ids(): number[] {
    return this.#values.flatMap((value, place) => (value === undefined ? [] : [this.#ids[place] ?? 0]));
  }
}
