import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownsBuffer, pooledCopy } from './pooled-copy.ts';

test('pooledCopy gives what slice gives, and no copy shares a byte with another', () => {
  const parts = fc.array(fc.tuple(fc.uint8Array({ maxLength: 6_000 }), fc.nat(6_000), fc.nat(6_000)));
  const property = fc.property(parts, (given) => {
    const copies = given.map(([bytes, a, b]) => {
      const [start, end] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
      return { copy: pooledCopy(bytes, start, end), expected: bytes.slice(start, end), from: bytes };
    });
    for (const { from } of copies) from.fill(0xee);
    for (const { copy, expected } of copies) assert.deepEqual(copy, expected);
    for (const [i, { copy }] of copies.entries()) copy.fill(i);
    for (const [i, { copy }] of copies.entries()) assert.ok(copy.every((byte) => byte === i % 256));
  });
  fc.assert(property, { numRuns: 200 });
});

test('ownsBuffer tells a copy with a buffer of its own from a small one', () => {
  assert.equal(ownsBuffer(pooledCopy(new Uint8Array(100_000), 0, 100_000)), true);
  assert.equal(ownsBuffer(pooledCopy(new Uint8Array(10), 0, 10)), false);
});
