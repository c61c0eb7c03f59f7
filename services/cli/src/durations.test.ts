import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFlagMs } from './commands/calls.ts';
import { durationFlagMs } from './durations.ts';
import { CommandError } from './exit-codes.ts';

test('durationFlagMs reads durations and names the flag and the value of everything else', () => {
  assert.equal(durationFlagMs('--timeout', '200'), 200);
  assert.equal(durationFlagMs('--timeout', '30s'), 30_000);
  for (const received of ['', 'soon', '-1s', '1.5s', '1d']) {
    assert.throws(
      () => durationFlagMs('--timeout', received),
      (error) =>
        error instanceof CommandError &&
        error.exit === 'usage' &&
        error.message.startsWith(`--timeout ${JSON.stringify(received)} is not a duration`),
    );
  }
});

test('waitFlagMs waits without end when no duration is given', () => {
  assert.equal(waitFlagMs(true), Number.POSITIVE_INFINITY);
  assert.equal(waitFlagMs('2m'), 120_000);
});
