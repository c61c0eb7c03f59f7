import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHUNK_BYTES, inPieces, PIECE_BYTES_MAX } from './byte-range.ts';

test('inPieces are at most 1 MiB, and none begins in one chunk and ends in the middle of another', () => {
  const at = fc.nat(70 * CHUNK_BYTES);
  const property = fc.property(at, at, (one, other) => {
    const range = { start: Math.min(one, other), end: Math.max(one, other) };
    let next = range.start;
    for (const { start, end } of inPieces(range)) {
      assert.equal(start, next);
      assert.ok(end > start && end - start <= PIECE_BYTES_MAX);
      const isInOneChunk = Math.floor(start / CHUNK_BYTES) === Math.floor((end - 1) / CHUNK_BYTES);
      assert.ok(isInOneChunk || end % CHUNK_BYTES === 0);
      next = end;
    }
    assert.equal(next, range.end);
  });
  fc.assert(property, { numRuns: 300 });
});
