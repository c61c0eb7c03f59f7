import type { CallGraph } from './call-graph.ts';

/** Own functions with callees before callers, and those where cycles of direct calls are cut. */
export interface Cycles {
  /** Places in the code section. Without the functions of `cuts`, no function is called by one before it. */
  readonly order: readonly number[];
  /** 1 for a function such that every cycle passes one of them. */
  readonly cuts: Uint8Array;
}

interface Visit {
  readonly node: number;
  nextCallee: number;
}

const [NEW, OPEN, DONE] = [0, 1, 2];

/**
 * Walks the calls depth first: a cycle has a call that goes back to a function which is being visited, and there it is
 * cut. With a stack of its own, because call chains of a hostile module are as long as it likes.
 */
export function cutCycles({ functions }: CallGraph): Cycles {
  const { length } = functions;
  const cuts = new Uint8Array(length);
  const state = new Uint8Array(length).fill(NEW);
  const order: number[] = [];

  const begin = (node: number): Visit => {
    state[node] = OPEN;
    return { node, nextCallee: 0 };
  };
  /** One step of a visit; the callee that has to be visited before it can go on. */
  const step = (visit: Visit): number | undefined => {
    const callees = functions[visit.node]?.callees ?? [];
    while (visit.nextCallee < callees.length) {
      const callee = callees[visit.nextCallee] ?? visit.node;
      visit.nextCallee += 1;
      if (state[callee] === NEW) return callee;
      if (state[callee] === OPEN) cuts[callee] = 1;
    }
    return undefined;
  };

  for (let root = 0; root < length; root++) {
    if (state[root] !== NEW) continue;
    const visits = [begin(root)];
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const callee = step(visit);
      if (callee === undefined) {
        visits.pop();
        state[visit.node] = DONE;
        order.push(visit.node);
      } else visits.push(begin(callee));
    }
  }
  return { order, cuts };
}
