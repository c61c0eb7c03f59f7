import { argumentRoom, NO_SETTINGS } from '@faasm/functions';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callTerms } from './call-terms.ts';

const OPERATORS = {
  inputBytesMax: 1_000,
  argumentRoom: argumentRoom(NO_SETTINGS),
  timeoutMs: 60_000,
  timeoutMaxMs: 600_000,
};

test("callTerms are the operator's where the function has no limits of its own", () => {
  assert.deepEqual(callTerms(NO_SETTINGS, OPERATORS), OPERATORS);
  assert.deepEqual(callTerms({ ...NO_SETTINGS, limits: { memoryBytes: 65_536 } }, OPERATORS), OPERATORS);
});

test('callTerms take the time-out of a function for what its calls get and may ask for, longer than usual too', () => {
  for (const timeoutMs of [5_000, 120_000]) {
    assert.deepEqual(callTerms({ ...NO_SETTINGS, limits: { timeoutMs } }, OPERATORS), {
      ...OPERATORS,
      timeoutMs,
      timeoutMaxMs: timeoutMs,
    });
  }
});

test("callTerms are never more than the operator's, whatever was chosen", () => {
  const chosen = { ...NO_SETTINGS, limits: { inputBytes: 1_001, timeoutMs: 600_001 } };
  const timeouts = { timeoutMs: 600_000, timeoutMaxMs: 600_000 };
  assert.deepEqual(callTerms(chosen, OPERATORS), { ...OPERATORS, ...timeouts });
  assert.equal(callTerms({ ...NO_SETTINGS, limits: { inputBytes: 999 } }, OPERATORS).inputBytesMax, 999);
});

test("callTerms leave to a call's arguments what those and the variables of its function do not take", () => {
  const launch = { environment: { A: 'ü' }, arguments: ['-v'] };
  assert.deepEqual(callTerms({ ...NO_SETTINGS, ...launch }, OPERATORS), {
    ...OPERATORS,
    argumentRoom: { arguments: 63, bytes: 16_384 - 5 },
  });
});
