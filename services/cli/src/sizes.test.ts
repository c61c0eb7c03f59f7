import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandError } from './exit-codes.ts';
import { shownBytes, sizeFlagBytes } from './sizes.ts';

test('sizeFlagBytes reads bytes and binary units, and shownBytes prints them again', () => {
  for (const [text, bytes] of [
    ['0', 0],
    ['1000', 1_000],
    ['64KiB', 65_536],
    ['32MiB', 33_554_432],
    ['3GiB', 3_221_225_472],
  ] as const) {
    assert.equal(sizeFlagBytes('--memory', text), bytes);
    assert.equal(shownBytes(bytes), text);
  }
});

test('sizeFlagBytes names the flag and what it was given', () => {
  for (const text of ['', '-1', '1.5MiB', '32 MiB', '32MB', 'KiB', '1e3']) {
    assert.throws(
      () => sizeFlagBytes('--memory', text),
      (error) =>
        error instanceof CommandError && error.message.startsWith(`--memory ${JSON.stringify(text)} is not`),
    );
  }
});
