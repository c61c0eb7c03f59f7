import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDurationMs } from './duration.ts';

test('parseDurationMs reads digits with and without a unit', () => {
  const cases = { '0': 0, '1500': 1_500, '20ms': 20, '30s': 30_000, '2m': 120_000, '1h': 3_600_000 };
  for (const [value, expected] of Object.entries(cases))
    assert.equal(parseDurationMs(value), expected, value);
});

test('parseDurationMs refuses everything else', () => {
  for (const value of ['', '-1', '1.5s', '1d', 's', '1 s', '0x10', '9999999999999', '1s2m']) {
    assert.equal(parseDurationMs(value), undefined, value);
  }
});
