import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { editDistance } from './edit-distance.ts';

/** The definition, word for word; its time is exponential. */
function naive(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return naive(restA, restB);
  return 1 + Math.min(naive(restA, b), naive(a, restB), naive(restA, restB));
}

/** Few letters, so that equal ones are frequent. */
const word = fc.string({ unit: fc.constantFrom('a', 'b', '_'), maxLength: 6 });

test('editDistance is what its definition says', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      assert.equal(editDistance(a, b), naive(a, b));
    }),
  );
});

test('editDistance is a metric: symmetric, 0 for equal strings only, and no detour is shorter', () => {
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      assert.equal(editDistance(a, b), editDistance(b, a));
      assert.equal(editDistance(a, b) === 0, a === b);
      assert.ok(editDistance(a, c) <= editDistance(a, b) + editDistance(b, c));
    }),
  );
});
