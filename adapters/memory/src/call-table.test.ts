import type { Call } from '@faasm/protocol';
import { sampleCall } from '@faasm/scheduler/contracts';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallEntry } from './call-entry.ts';
import { CallTable } from './call-table.ts';
import { UserLine } from './user-line.ts';

function entryOf(given: Partial<Call> = {}): CallEntry {
  return new CallEntry(sampleCall(given), { line: new UserLine('demo', 1), place: 0 });
}

test('CallTable holds what a Map would, whatever comes and goes and in whatever bucket', () => {
  // The first part is not hashed, so that these ids share few buckets.
  const id = fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 3 })).map(([n, end]) => `${n}-same-end-${end}`);
  const step = fc.record({ id, add: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { size: 'large' }), (steps) => {
      const table = new CallTable();
      const map = new Map<string, CallEntry>();
      for (const { id: given, add } of steps) {
        if (!add) {
          table.delete(given);
          map.delete(given);
        } else if (!map.has(given)) {
          const entry = entryOf({ id: given });
          table.add(entry);
          map.set(given, entry);
        }
      }
      for (const { id: given } of steps) assert.equal(table.get(given), map.get(given));
    }),
  );
});

test('CallTable finds every call after it has grown', () => {
  const table = new CallTable();
  const entries = Array.from({ length: 5_000 }, () => entryOf());
  for (const entry of entries) table.add(entry);
  for (const entry of entries) assert.equal(table.get(entry.call.id), entry);
  for (const entry of entries) table.delete(entry.call.id);
  for (const entry of entries) assert.equal(table.get(entry.call.id), undefined);
});
