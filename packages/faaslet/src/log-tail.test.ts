import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogTail } from './log-tail.ts';

test('LogTail.bytes are the last ones that were appended, after any number of them', () => {
  const sizes = fc.array(fc.oneof(fc.nat(20), fc.nat(3_000)));
  const property = fc.property(fc.nat(5_000), sizes, (bytesMax, chunkSizes) => {
    const tail = new LogTail(bytesMax);
    let all = Buffer.alloc(0);
    for (const size of chunkSizes) {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (all.byteLength + i) % 251);
      tail.append(bytes);
      all = Buffer.concat([all, bytes]);
      bytes.fill(0);
      const kept = all.subarray(Math.max(0, all.byteLength - bytesMax));
      assert.deepEqual(Buffer.from(tail.bytes()), kept);
    }
  });
  fc.assert(property, { numRuns: 300 });
});

test('LogTail.bytes are a copy', () => {
  const tail = new LogTail(4);
  tail.append(Uint8Array.of(1, 2, 3, 4));
  tail.bytes().fill(0);
  tail.append(Uint8Array.of(5));
  assert.deepEqual([...tail.bytes()], [2, 3, 4, 5]);
});
