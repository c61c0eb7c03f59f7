/** One operation of a recorded history. */
export interface Operation<Call, Answer> {
  readonly call: Call;
  /** Undefined when nobody heard it: then it was made at some time after it was invoked, or never. */
  readonly answer: Answer | undefined;
  /** Of a clock that all clients share; an operation happened between the two. */
  readonly invokedAt: number;
  readonly answeredAt: number;
}

/** What an object does when operations come one after the other. */
export interface Sequential<State, Call, Answer> {
  readonly initial: State;
  /** Undefined when the answer cannot be. An unheard one is asked with `undefined`, which anything answers. */
  apply(state: State, call: Call, answer: Answer | undefined): State | undefined;
  /** Equal for equal states. */
  name(state: State): string;
}

/**
 * Whether the operations of a history can be put in an order that a sequential object explains, without moving any before
 * one that was answered before it was invoked. The search of Wing and Gong ("Testing and Verifying Concurrent Objects",
 * 1993) with the memory of Lowe ("Testing for linearizability", 2017): which operations were taken, and to what state,
 * is tried once. One key at a time, because linearizability is local.
 */
export function isLinearizable<State, Call, Answer>(
  history: readonly Operation<Call, Answer>[],
  object: Sequential<State, Call, Answer>,
): boolean {
  const operations = history.toSorted((one, other) => one.invokedAt - other.invokedAt);
  const taken = operations.map(() => false);
  const tried = new Set<string>();
  const search = (state: State): boolean => {
    const left = operations.filter((_, at) => !(taken[at] ?? false));
    if (left.every(({ answer }) => answer === undefined)) return true;
    const situation = `${taken.map(Number).join('')} ${object.name(state)}`;
    if (tried.has(situation)) return false;
    tried.add(situation);
    // Whatever comes next was invoked before any that is left was answered.
    const firstAnswerAt = Math.min(
      ...left.map(({ answer, answeredAt }) => (answer === undefined ? Infinity : answeredAt)),
    );
    for (const [at, { call, answer, invokedAt }] of operations.entries()) {
      if (taken[at] === true || invokedAt > firstAnswerAt) continue;
      const next = object.apply(state, call, answer);
      if (next === undefined) continue;
      taken[at] = true;
      if (search(next)) return true;
      taken[at] = false;
    }
    return false;
  };
  return search(object.initial);
}

/** Records what clients do to an object, in the order of one clock. */
export class History<Call, Answer> {
  readonly operations: Operation<Call, Answer>[] = [];
  #now = 0;

  /** Does it and notes the answer; an error means that nobody knows whether it was made. */
  async record(call: Call, make: () => Promise<Answer>): Promise<Answer | undefined> {
    const invokedAt = (this.#now += 1);
    let answer: Answer | undefined;
    try {
      answer = await make();
    } finally {
      this.operations.push({ call, answer, invokedAt, answeredAt: (this.#now += 1) });
    }
    return answer;
  }
}
