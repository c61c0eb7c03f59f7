import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functionRef } from '@faasm/protocol';
import { systemClock, type Clock } from '@faasm/stdx';
import { CurrentVersions } from './current-versions.ts';
import { NO_SETTINGS } from './function-settings.ts';
import type { CurrentVersion } from './function-store.ts';

const ECHO = functionRef('demo', 'echo');

function version(digest: string): CurrentVersion {
  return { digest, settings: NO_SETTINGS };
}

/** A store with one answer that the test changes, and a clock that the test moves. */
function world(answer: CurrentVersion | undefined) {
  const state = { answer, questions: 0, nowMs: 0 };
  const clock: Clock = { ...systemClock, monotonic: () => state.nowMs };
  const current = async (): Promise<CurrentVersion | undefined> => {
    state.questions += 1;
    return await Promise.resolve(state.answer);
  };
  return { state, versions: new CurrentVersions({ store: { current }, clock, refreshMs: 250 }) };
}

test('CurrentVersions.resolve asks the store once while its answer is fresh', async () => {
  const { state, versions } = world(version('one'));
  assert.deepEqual(await Promise.all([versions.resolve(ECHO), versions.resolve(ECHO)]), [
    version('one'),
    version('one'),
  ]);
  state.answer = version('two');
  state.nowMs = 249;
  assert.deepEqual(await versions.resolve(ECHO), version('one'));
  assert.equal(state.questions, 1);
  state.nowMs = 250;
  assert.deepEqual(await versions.resolve(ECHO), version('two'));
});

test('CurrentVersions.resolve does not remember that a function is unknown', async () => {
  const { state, versions } = world(undefined);
  assert.equal(await versions.resolve(ECHO), undefined);
  state.answer = version('one');
  assert.deepEqual(await versions.resolve(ECHO), version('one'));
});

test('CurrentVersions.forget makes the next answer come from the store', async () => {
  const { state, versions } = world(version('one'));
  await versions.resolve(ECHO);
  state.answer = version('two');
  versions.forget(ECHO);
  assert.deepEqual(await versions.resolve(ECHO), version('two'));
});
