import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandError } from './exit-codes.ts';
import { changedLaunch, launchLines } from './launch-flags.ts';

const BEFORE = { environment: { A: '1', B: '2' }, arguments: ['x'] };

test('changedLaunch sets and takes away variables, and leaves the arguments that no flag names', () => {
  assert.deepEqual(changedLaunch(BEFORE, { env: ['B=3=4', 'C='], unset: ['A'] }), {
    environment: { B: '3=4', C: '' },
    arguments: ['x'],
  });
});

test('changedLaunch replaces or clears the arguments', () => {
  assert.deepEqual(changedLaunch(BEFORE, { arg: ['--verbose', 'a b'] }).arguments, ['--verbose', 'a b']);
  assert.deepEqual(changedLaunch(BEFORE, { clearArgs: true }).arguments, []);
});

test('changedLaunch refuses flags that make no sense', () => {
  for (const options of [{ env: ['=1'] }, { env: ['A'] }, { unset: ['C'] }, { arg: ['y'], clearArgs: true }])
    assert.throws(() => changedLaunch(BEFORE, options), CommandError);
});

test('launchLines shows one line for each', () => {
  assert.deepEqual(launchLines(BEFORE), ['env      A=1', 'env      B=2', 'arg      x']);
});
