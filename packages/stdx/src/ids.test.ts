import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { systemClock, type Clock } from './clock.ts';
import { SORTABLE_ID_LENGTH, sortableId } from './ids.ts';

const LAST_MS = 2 ** 48 - 1;

/** A clock that stands still. */
function at(nowMs: number): Clock {
  return { ...systemClock, now: () => nowMs };
}

const time = fc.integer({ min: 0, max: LAST_MS });

test('sortableId makes ULIDs, at any time that they can hold', () => {
  fc.assert(
    fc.property(time, (nowMs) => {
      assert.match(sortableId(at(nowMs)), /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    }),
    { examples: [[0], [LAST_MS]] },
  );
  assert.equal(sortableId(systemClock).length, SORTABLE_ID_LENGTH);
});

test('sortableId makes ids that sort by the time of their creation', () => {
  fc.assert(
    fc.property(time, time, (a, b) => {
      fc.pre(a !== b);
      const [earlier, later] = a < b ? [a, b] : [b, a];
      assert.ok(sortableId(at(earlier)) < sortableId(at(later)));
    }),
    { examples: [[31, 32]] },
  );
});

test('sortableId writes the time as the ULID specification does', () => {
  // Base 32 of 1469918176385 ms, from the specification's example.
  assert.equal(sortableId(at(1_469_918_176_385)).slice(0, 10), '01ARYZ6S41');
});

test('sortableId makes different ids within one millisecond', () => {
  const clock = at(1_000);
  const ids = new Set(Array.from({ length: 10_000 }, () => sortableId(clock)));
  assert.equal(ids.size, 10_000);
});
