import { sampleCall, sampleResult } from '@faasm/scheduler/contracts';
import { EMPTY_BYTES } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptLogs } from './kept-logs.ts';

test('KeptLogs.get gives what a call wrote until it is too old, and nothing of calls that wrote nothing', () => {
  const logs = new KeptLogs(100);
  const [loud, silent] = [sampleCall(), sampleCall()];
  logs.add(loud, { result: sampleResult(loud), now: 1_000 });
  logs.add(silent, { result: { ...sampleResult(silent), stderr: EMPTY_BYTES }, now: 1_000 });
  assert.equal(logs.get(loud.id, 1_099)?.id, loud.id);
  assert.equal(logs.get(silent.id, 1_000), undefined);
  assert.equal(logs.get(loud.id, 1_100), undefined);
});

test('KeptLogs keeps 32 MiB, the newest', () => {
  const logs = new KeptLogs(100);
  const calls = Array.from({ length: 33 }, () => sampleCall());
  for (const call of calls)
    logs.add(call, { result: { ...sampleResult(call), stdout: new Uint8Array(1024 * 1024) }, now: 0 });
  const kept = calls.filter(({ id }) => logs.get(id, 0) !== undefined);
  assert.deepEqual(kept, calls.slice(-31));
});
