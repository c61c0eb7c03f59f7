import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunTime } from './run-time.ts';

test('RunTime expects what the fastest of the last calls took', () => {
  const time = new RunTime();
  assert.equal(time.expectedMs, 0);
  time.note(20, false);
  assert.equal(time.expectedMs, 20);
  time.note(100, false);
  assert.equal(time.expectedMs, 30);
  time.note(10, false);
  assert.equal(time.expectedMs, 10);
});

test('RunTime learns from a call that was stopped only that it takes longer', () => {
  const time = new RunTime();
  time.note(20, false);
  time.note(10, true);
  assert.equal(time.expectedMs, 20);
  time.note(28, true);
  assert.equal(time.expectedMs, 21);
});
