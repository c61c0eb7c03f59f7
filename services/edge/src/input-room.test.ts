import { LIMITS } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputRoom } from './input-room.ts';

function roomOf(bytes: number): InputRoom {
  return new InputRoom({
    queuedCallsMax: LIMITS.queuedCalls.default,
    queuedBytesMax: bytes,
    outstandingCallsPerUserMax: LIMITS.outstandingCallsPerUser.default,
    weightOf: () => 1,
  });
}

test('InputRoom refuses bytes beyond its bound until some are given back', () => {
  const room = roomOf(100);
  const leave = room.enter({ user: 'a', inputBytes: 70 });
  const wanted = { user: 'b', inputBytes: 31 };
  assert.throws(() => room.enter(wanted), { code: 'queue.full', message: /31 bytes.*100 bytes/ });
  leave();
  room.enter(wanted)();
  room.enter({ user: 'a', inputBytes: 100 });
});

test('InputRoom leaves room for users who hold nothing', () => {
  const room = roomOf(100);
  const flood = { user: 'flood', inputBytes: 10 };
  let held = 0;
  assert.throws(
    () => {
      for (; held < 100; held++) room.enter(flood);
    },
    { code: 'queue.full', message: /flood/ },
  );
  assert.equal(held, 6);
  room.enter({ user: 'other', inputBytes: 40 });
});
