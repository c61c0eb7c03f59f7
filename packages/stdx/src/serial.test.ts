import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Serial } from './serial.ts';

test('Serial.run runs actions of a key in their order, whatever became of those before, and other keys beside them', async () => {
  const serial = new Serial();
  const order: string[] = [];
  const first = Promise.withResolvers<never>();
  const failing = serial.run('a', async () => await first.promise);
  const second = serial.run('a', async () => {
    order.push('a2');
    return await Promise.resolve('second');
  });
  await serial.run('b', async () => {
    order.push('b');
    await Promise.resolve();
  });
  order.push('first fails');
  first.reject(new Error('no'));
  await assert.rejects(failing, /no/);
  assert.equal(await second, 'second');
  assert.deepEqual(order, ['b', 'first fails', 'a2']);
});
