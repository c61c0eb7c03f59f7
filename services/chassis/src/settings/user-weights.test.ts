import assert from 'node:assert/strict';
import { test } from 'node:test';
import { userWeights } from './user-weights.ts';

test('userWeights knows the weights of a list, and 1 for everyone else', () => {
  const weightOf = userWeights('alice=3, bob=0.5,carol=100,none=0.01');
  const users = ['alice', 'bob', 'carol', 'none', 'dave', 'constructor'];
  assert.deepEqual(users.map(weightOf), [3, 0.5, 100, 0.01, 1, 1]);
  assert.equal(userWeights('none')('none'), 1);
});

test('userWeights names each entry that is no weight, and each user that comes twice', () => {
  const bad = ['alice', 'bob=0', 'carol=0.001', 'dave=101', 'e/f=1', 'gina=1=2', 'hal=-1', 'ida=1e1', '=1'];
  assert.throws(
    () => userWeights(['fine=2', ...bad, 'fine=3'].join(',')),
    (error: Error) => {
      for (const entry of bad) assert.ok(error.message.includes(JSON.stringify(entry)), entry);
      assert.match(error.message, /"fine" more than once/);
      assert.match(error.message, /0\.01 to 100/);
      return true;
    },
  );
});
