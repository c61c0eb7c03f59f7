import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WaitQueue } from './wait-queue.ts';

test('WaitQueue gives out the due in the order of their moments, whatever was added and removed', () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 0, max: 30 }) }),
    fc.record({ remove: fc.nat(40) }),
    fc.record({ due: fc.integer({ min: 0, max: 30 }) }),
  );
  const property = fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const queue = new WaitQueue<{ until: number }>();
    const added: { until: number }[] = [];
    let waiting: { until: number }[] = [];
    for (const each of steps) {
      if ('add' in each) {
        const value = { until: each.add };
        added.push(value);
        waiting.push(value);
        queue.add(value, each.add);
      } else if ('remove' in each) {
        const value = added[each.remove];
        if (value === undefined) continue;
        assert.equal(queue.remove(value), waiting.includes(value));
        waiting = waiting.filter((other) => other !== value);
      } else {
        const due = waiting.filter(({ until }) => until <= each.due).map(({ until }) => until);
        const taken: number[] = [];
        for (let value = queue.takeDue(each.due); value !== undefined; value = queue.takeDue(each.due))
          taken.push(value.until);
        assert.deepEqual(
          taken,
          due.toSorted((a, b) => a - b),
        );
        waiting = waiting.filter(({ until }) => until > each.due);
      }
      assert.equal(queue.length, waiting.length);
      assert.equal(queue.nextMoment, Math.min(Infinity, ...waiting.map(({ until }) => until)));
    }
  });
  fc.assert(property);
});
