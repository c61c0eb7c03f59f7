import { sampleCall, sampleResult } from '@faasm/scheduler/contracts';
import { ownsBuffer } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withOwnBytes } from './own-bytes.ts';

test('withOwnBytes copies bytes that share a buffer, views of Node included', () => {
  const result = sampleResult(sampleCall());
  const shared = Buffer.alloc(100, 7);
  const [output, stdout, stderr] = [shared.subarray(0, 9), new Uint8Array(shared.buffer, 0, 5), shared];
  const own = withOwnBytes({ ...result, output, stdout, stderr });
  shared.fill(1);
  assert.deepEqual([...own.output], Array(9).fill(7));
  assert.deepEqual([...own.stderr], Array(100).fill(7));
  for (const bytes of [own.output, own.stdout, own.stderr]) assert.ok(ownsBuffer(bytes));
});
