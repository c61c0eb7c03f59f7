import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BitSet } from './bit-set.ts';

const BITS = 200;

type Runs = { start: number; end: number }[];

/** Where its runs of bits are, as a list of booleans has them. */
function runsOf(bits: readonly boolean[], { start, end }: { start: number; end: number }): Runs {
  const runs: Runs = [];
  for (let bit = start; bit < end; bit++) {
    if (bits[bit] !== true) continue;
    const last = runs.at(-1);
    if (last?.end === bit) last.end = bit + 1;
    else runs.push({ start: bit, end: bit + 1 });
  }
  return runs;
}

const step = fc.record({
  what: fc.constantFrom('set', 'clear', 'take', 'present', 'missing', 'any', 'all', 'has'),
  start: fc.nat(BITS),
  length: fc.oneof(fc.nat(BITS), fc.constantFrom(0, 1, 31, 32, 33, 64)),
});

test('BitSet does what a list of booleans does, and touches no word beside its own', () => {
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const shared = new SharedArrayBuffer(8 + BitSet.bytesFor(BITS));
    const words = new Int32Array(shared);
    const set = new BitSet(shared, { offset: 4, bits: BITS });
    const model = Array.from({ length: BITS }, () => false);
    for (const { what, start, length } of steps) {
      const end = Math.min(BITS, start + length);
      const range = { start, end };
      const now = new Set(model.slice(start, end));
      if (what === 'set' || what === 'clear') {
        set[what](start, end);
        model.fill(what === 'set', start, end);
      } else if (what === 'take') {
        assert.deepEqual(set.take(start, end), runsOf(model, range));
        model.fill(false, start, end);
      } else if (what === 'present') assert.deepEqual(set.present(start, end), runsOf(model, range));
      else if (what === 'missing') {
        const opposite = model.map((bit) => !bit);
        assert.deepEqual(set.missing(start, end), runsOf(opposite, range));
      } else if (what === 'any') assert.equal(set.any(start, end), now.has(true));
      else if (what === 'all') assert.equal(set.all(start, end), !now.has(false));
      else if (start < BITS) assert.equal(set.has(start), model[start]);
    }
    assert.deepEqual(set.present(0, BITS), runsOf(model, { start: 0, end: BITS }));
    assert.deepEqual([words[0], words.at(-1)], [0, 0]);
  });
  fc.assert(property, { numRuns: 300 });
});
