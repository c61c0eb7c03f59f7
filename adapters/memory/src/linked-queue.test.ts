import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LinkedQueue, type Linked } from './linked-queue.ts';

class Item implements Linked<Item> {
  before: Item | undefined;
  after: Item | undefined;
  readonly rank: number;

  constructor(rank: number) {
    this.rank = rank;
  }
}

test('LinkedQueue keeps the order of an array under any pushes, inserts, shifts and removals', () => {
  const step = fc.oneof(
    fc.constant({ type: 'push' } as const),
    fc.record({ type: fc.constant('insert' as const), rank: fc.nat({ max: 9 }) }),
    fc.constant({ type: 'shift' } as const),
    fc.record({ type: fc.constant('remove' as const), at: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new LinkedQueue<Item>();
      const model: Item[] = [];
      for (const taken of steps) {
        if (taken.type === 'push') {
          const item = new Item(9);
          queue.push(item);
          model.push(item);
        } else if (taken.type === 'insert') {
          const item = new Item(taken.rank);
          queue.insert(item, ({ rank }) => rank <= item.rank);
          const at = model.findIndex(({ rank }) => rank > item.rank);
          model.splice(at < 0 ? model.length : at, 0, item);
        } else if (taken.type === 'shift') {
          assert.equal(queue.shift(), model.shift());
        } else {
          const [item] = model.splice(taken.at % Math.max(1, model.length), 1);
          if (item !== undefined) queue.remove(item);
        }
      }
      for (const item of model) assert.equal(queue.shift(), item);
      assert.equal(queue.shift(), undefined);
    }),
  );
});
