import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProcessBudget } from './process-budget.ts';

const CELLS = 3;
const LIMIT = 4;

test('ProcessBudget never gives more than its limit, and takes back what a thread had (I11)', () => {
  const step = fc.record({ cell: fc.nat(CELLS - 1), what: fc.constantFrom('acquire', 'release', 'end') });
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const budget = ProcessBudget.create(LIMIT, CELLS);
    const held = Array.from({ length: CELLS }, () => 0);
    const total = (): number => held.reduce((sum, count) => sum + count, 0);
    for (const { cell, what } of steps) {
      const own = held[cell] ?? 0;
      if (what === 'acquire') {
        const got = new ProcessBudget(budget.shared).acquire(cell);
        assert.equal(got, total() < LIMIT);
        held[cell] = own + (got ? 1 : 0);
      } else if (what === 'end') {
        budget.releaseAll(cell);
        held[cell] = 0;
      } else if (own > 0) {
        const count = Math.min(own, 2);
        budget.release(cell, count);
        held[cell] = own - count;
      }
      assert.equal(budget.used, total());
    }
  });
  fc.assert(property, { numRuns: 500 });
});
