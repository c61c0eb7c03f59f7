import type { CallGraph } from './call-graph.ts';

/** Own functions with callees before callers, and which of them lie on a cycle of direct calls. */
export interface Cycles {
  /** Places in the code section; within a cycle in no particular order. */
  readonly order: readonly number[];
  /** 1 for a function that can call itself, directly or by way of others. */
  readonly inCycle: Uint8Array;
}

interface Visit {
  readonly node: number;
  nextCallee: number;
}

/**
 * Strongly connected components by Tarjan's algorithm (Depth-first search and linear graph algorithms, SIAM J. Comput.
 * 1972), with a stack of its own: call chains of a hostile module are as long as it likes.
 */
export function functionsInCycles({ functions }: CallGraph): Cycles {
  const { length } = functions;
  const inCycle = new Uint8Array(length);
  const order: number[] = [];
  const found = new Int32Array(length);
  const low = new Int32Array(length);
  const onStack = new Uint8Array(length);
  const stack: number[] = [];
  let time = 0;

  const begin = (node: number): Visit => {
    time += 1;
    found[node] = time;
    low[node] = time;
    stack.push(node);
    onStack[node] = 1;
    return { node, nextCallee: 0 };
  };
  const lower = (node: number, to: number): void => {
    low[node] = Math.min(low[node] ?? to, to);
  };
  const closeComponent = (root: number): void => {
    const from = stack.lastIndexOf(root);
    const members = stack.splice(from);
    const isCycle = members.length > 1 || functions[root]?.callees.includes(root) === true;
    for (const member of members) {
      onStack[member] = 0;
      if (isCycle) inCycle[member] = 1;
      order.push(member);
    }
  };
  /** One step of a visit; the callee that has to be visited before it can go on. */
  const step = (visit: Visit): number | undefined => {
    const callees = functions[visit.node]?.callees ?? [];
    while (visit.nextCallee < callees.length) {
      const callee = callees[visit.nextCallee] ?? visit.node;
      visit.nextCallee += 1;
      if (found[callee] === 0) return callee;
      if (onStack[callee] === 1) lower(visit.node, found[callee] ?? 0);
    }
    return undefined;
  };

  for (let root = 0; root < length; root++) {
    if (found[root] !== 0) continue;
    const visits = [begin(root)];
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const callee = step(visit);
      if (callee !== undefined) {
        visits.push(begin(callee));
        continue;
      }
      visits.pop();
      const caller = visits.at(-1);
      if (caller !== undefined) lower(caller.node, low[visit.node] ?? 0);
      if (low[visit.node] === found[visit.node]) closeComponent(visit.node);
    }
  }
  return { order, inCycle };
}
