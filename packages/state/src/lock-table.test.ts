import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LockTable } from './lock-table.ts';
import { stateKey } from './state-key.ts';

test('LockTable.tryLock forgets locks whose lease is over, and never one that is held', () => {
  let now = 0;
  let token = 0;
  const table = new LockTable({ clock: { monotonic: () => now }, nextToken: () => (token += 1) });
  const held = stateKey('demo', 'held');
  const granted = table.tryLock(held, { holder: 'call-0', leaseMs: 100_000 });
  assert.ok(granted.granted);
  for (let i = 0; i < 10_000; i++) {
    now += 1;
    table.tryLock(stateKey('demo', `left-${i}`), { holder: `call-${i}`, leaseMs: 1 });
  }
  assert.ok(table.size <= 1_024, `${table.size} locks`);
  const asked = table.tryLock(held, { holder: 'other', leaseMs: 1 });
  assert.deepEqual(asked, { granted: false, holder: 'call-0', leaseLeftMs: 90_000 });
  assert.ok(table.unlock(held, granted.token));
});
