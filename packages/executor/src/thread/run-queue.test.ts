import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RunQueue, type Runnable } from './run-queue.ts';

interface Named extends Runnable {
  readonly name: string;
  started: boolean;
}

function named(name: string, { user = 'ann', started = false } = {}): Named {
  return { name, user, weight: 1, started };
}

/** Takes out all, each for 1 ms. */
function takeAll(queue: RunQueue<Named>): string {
  let names = '';
  for (let next = queue.take(); next !== undefined; next = queue.take()) {
    names += next.name;
    queue.charge(next, 1);
  }
  return names;
}

describe('RunQueue', () => {
  it('lets users take turns, and within a user fresh and started ones', () => {
    const queue = new RunQueue<Named>();
    for (const name of 'abc') queue.add(named(name));
    for (const name of 'AB') queue.add(named(name, { started: true }));
    for (const name of 'xy') queue.add(named(name, { user: 'bob' }));
    assert.equal(takeAll(queue), 'axAybBc');
  });

  it('lets one that was interrupted go on when its user has the next turn', () => {
    const queue = new RunQueue<Named>();
    for (const name of 'ab') queue.add(named(name));
    const interrupted = named('A', { started: true });
    queue.add(interrupted);
    queue.add(named('B', { started: true }));
    for (const name of 'aA') {
      const taken = queue.take();
      assert.equal(taken?.name, name);
      queue.charge(taken, 1);
    }
    queue.add(named('x', { user: 'bob' }));
    queue.addFirst(interrupted);
    assert.equal(takeAll(queue), 'xAbB');
  });

  it('prefers others once their time has come, those of the same user only where they are asked for', () => {
    const queue = new RunQueue<Named>();
    const runs = named('a');
    queue.add(runs);
    queue.add(named('x', { user: 'bob' }));
    assert.equal(queue.take(), runs);
    queue.charge(queue.take() ?? runs, 2);
    queue.add(named('y', { user: 'bob' }));
    queue.add(named('b'));
    const preferred = (ms: number, ofOthers: boolean): string =>
      queue.preferredTo(runs, { ms, ofOthers })?.name ?? '';
    assert.deepEqual([preferred(1, false), preferred(1, true)], ['b', '']);
    assert.deepEqual([preferred(2, false), preferred(2, true)], ['b', 'y']);
  });

  it('takes out one that was interrupted, and the fresh ones that came last', () => {
    const queue = new RunQueue<Named>();
    const runs = named('a', { started: true });
    queue.addFirst(runs);
    for (const name of 'bcd') queue.add(named(name));
    assert.ok(queue.remove(runs));
    assert.deepEqual(
      queue.removeFresh(2).map(({ name }) => name),
      ['c', 'd'],
    );
    assert.equal(takeAll(queue), 'b');
    assert.equal(queue.length, 0);
  });
});
