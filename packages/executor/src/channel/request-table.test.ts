import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OUTSTANDING_MAX, RequestTable } from './request-table.ts';

test('RequestTable does what a Map does, and ids of requests at the same time have different places', () => {
  const property = fc.property(
    fc.array(fc.oneof(fc.constant('add' as const), fc.nat()), { maxLength: 400 }),
    (steps) => {
      const table = new RequestTable<string>();
      const model = new Map<number, string>();
      const gone: number[] = [];
      for (const [i, step] of steps.entries()) {
        if (step === 'add') {
          const id = table.add(`value ${i}`);
          assert.ok(!model.has(id));
          model.set(id, `value ${i}`);
        } else {
          const id = [...model.keys()].at(step % Math.max(1, model.size)) ?? 0;
          assert.equal(table.remove(id), model.get(id));
          model.delete(id);
          gone.push(id);
        }
        for (const id of gone) assert.equal(table.get(id), model.get(id));
        for (const [id, value] of model) assert.equal(table.get(id), value);
        assert.equal(table.size, model.size);
      }
      assert.deepEqual(new Set(table.ids()), new Set(model.keys()));
      assert.equal(new Set(table.ids().map((id) => id % OUTSTANDING_MAX)).size, model.size);
    },
  );
  fc.assert(property);
});

test('RequestTable holds as many as it says, and goes through its ids again and again', () => {
  const table = new RequestTable<number>();
  const ids = Array.from({ length: OUTSTANDING_MAX }, (_, i) => table.add(i));
  assert.throws(() => table.add(0), RangeError);
  for (const [i, id] of ids.entries()) assert.equal(table.remove(id), i);
  assert.equal(table.size, 0);
  assert.ok(ids.every((id) => id >= 0 && id < 2 ** 32));
});
