import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Listeners } from './listeners.ts';

test('Listeners.tell calls those who listen to a name, one that was added twice two times', () => {
  const listeners = new Listeners<number>();
  const told: number[] = [];
  const listener = (number: number): void => {
    told.push(number);
  };
  const stop = listeners.add('a', listener);
  listeners.add('a', listener);
  listeners.add('b', () => assert.fail('b was not told of'));
  listeners.tell('a', 1);
  stop();
  stop();
  listeners.tell('a', 2);
  listeners.tell('c', 3);
  assert.deepEqual(told, [1, 1, 2]);
});

test('Listeners has what somebody listens to, and an old end ends no new beginning', () => {
  const listeners = new Listeners();
  assert.ok(listeners.isEmpty);
  const stop = listeners.add('a', () => undefined);
  assert.ok(listeners.has('a') && !listeners.has('b'));
  listeners.clear();
  assert.ok(listeners.isEmpty);
  let told = 0;
  const stopNew = listeners.add('a', () => (told += 1));
  stop();
  listeners.tell('a');
  assert.equal(told, 1);
  stopNew();
  assert.ok(listeners.isEmpty);
});
