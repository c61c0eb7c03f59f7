import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readServerTiming } from './call-output.ts';

test('readServerTiming reads what an edge writes and leaves out the rest', () => {
  const timings = { queueMs: 0.125, coldMs: 12, runMs: 3.5 };
  assert.deepEqual(readServerTiming('queue;dur=0.125, cold;dur=12, run;dur=3.5'), timings);
  assert.deepEqual(readServerTiming('cache;desc="hit", run;dur=3.5'), { runMs: 3.5 });
  assert.deepEqual(readServerTiming(undefined), {});
});
