import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cutCycles } from './cycles.ts';
import type { FunctionFacts } from './loop-scanner.ts';

function functionThatCalls(callees: readonly number[]): FunctionFacts {
  return {
    bytes: 1,
    callees,
    inlinableCalls: callees.length,
    loops: [],
    hasFixedRanges: false,
    leafLoopBytes: 0,
  };
}

const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain((length) =>
    fc.array(fc.array(fc.nat(length - 1), { maxLength: 4 }), { minLength: length, maxLength: length }),
  )
  .map((calls) => ({ importedFunctions: 0, functions: calls.map(functionThatCalls) }));

describe('cutCycles', () => {
  it('cuts every cycle, and orders callees before callers where no cut is', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { order, cuts } = cutCycles(graph);
        assert.deepEqual(
          order.toSorted((a, b) => a - b),
          graph.functions.map((_, own) => own),
        );
        const seen = new Set<number>();
        for (const own of order) {
          for (const callee of graph.functions[own]?.callees ?? [])
            assert.ok(cuts[callee] === 1 || seen.has(callee), `${own} calls ${callee}, which comes later`);
          seen.add(own);
        }
      }),
    );
  });

  it('cuts nothing where there is no cycle, and one function of a ring', () => {
    const chain = [[1, 2], [2], []].map(functionThatCalls);
    assert.deepEqual([...cutCycles({ importedFunctions: 0, functions: chain }).cuts], [0, 0, 0]);
    const ring = [[1], [2], [0], [0]].map(functionThatCalls);
    assert.deepEqual([...cutCycles({ importedFunctions: 0, functions: ring }).cuts], [1, 0, 0, 0]);
  });
});
