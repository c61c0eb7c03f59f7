import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunQueue, type Runnable } from './run-queue.ts';

interface Named extends Runnable {
  readonly name: string;
}

function named(name: string, given: Partial<Runnable> = {}): Named {
  return { name, user: 'one', weight: 1, started: true, fresh: false, ...given };
}

function takeAll(queue: RunQueue<Named>): string {
  let names = '';
  for (let taken = queue.take(); taken !== undefined; taken = queue.take()) names += taken.name;
  return names;
}

test('RunQueue.add puts one that had its turn behind all others of its user', () => {
  const queue = new RunQueue<Named>();
  const [a, b, c] = [named('a'), named('b'), named('c')];
  for (const each of [a, b, c]) queue.add(each);
  const yielding = queue.take();
  assert.equal(yielding, a);
  queue.charge(a, 0);
  queue.add(a);
  assert.equal(takeAll(queue), 'bca');
});

test('RunQueue lets those that come new, because they waited or never ran, alternate with the others', () => {
  const queue = new RunQueue<Named>();
  for (const name of ['a', 'b', 'c']) queue.add(named(name));
  queue.add(named('W', { fresh: true }));
  queue.add(named('N', { fresh: true, started: false }));
  assert.equal(takeAll(queue), 'WaNbc');
});

test('RunQueue.preferredTo prefers one that woke to a guest of another user that runs', () => {
  const queue = new RunQueue<Named>();
  const running = named('r', { user: 'two' });
  queue.add(running);
  assert.equal(queue.take(), running);
  const woken = named('w', { fresh: true });
  queue.add(woken);
  assert.equal(queue.preferredTo(running, { ms: 1, ofOthers: false }), woken);
});

test('RunQueue.removeUnstarted takes those that never ran, the last first, and none that waited', () => {
  const queue = new RunQueue<Named>();
  for (const name of ['a', 'b', 'c']) {
    queue.add(named(name, { fresh: true, started: false }));
    queue.add(named(name.toUpperCase(), { fresh: true }));
  }
  const removed = queue.removeUnstarted(2);
  assert.equal(removed.map(({ name }) => name).join(''), 'cb');
  assert.equal(queue.length, 4);
  assert.equal(takeAll(queue), 'aABC');
});

test('RunQueue.addFirst lets one that was interrupted go on when its user has the next turn', () => {
  const queue = new RunQueue<Named>();
  const interrupted = named('A');
  queue.add(interrupted);
  for (const name of ['B', 'C']) queue.add(named(name));
  assert.equal(queue.take(), interrupted);
  queue.charge(interrupted, 1);
  queue.add(named('x', { user: 'two' }));
  queue.addFirst(interrupted);
  assert.equal(takeAll(queue), 'xABC');
});

test('RunQueue.preferredTo prefers others once their time has come, and those of the same user only where they are asked for', () => {
  const queue = new RunQueue<Named>();
  const [running, other] = [named('a'), named('x', { user: 'two' })];
  queue.add(running);
  queue.add(other);
  assert.equal(queue.take(), running);
  assert.equal(queue.take(), other);
  queue.charge(other, 2);
  queue.add(named('y', { user: 'two' }));
  queue.add(named('b'));
  const preferred = (ms: number, ofOthers: boolean): string =>
    queue.preferredTo(running, { ms, ofOthers })?.name ?? '';
  assert.deepEqual([preferred(1, false), preferred(1, true)], ['b', '']);
  assert.deepEqual([preferred(2, false), preferred(2, true)], ['b', 'y']);
});
