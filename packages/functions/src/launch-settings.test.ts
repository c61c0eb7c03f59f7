import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  argumentRoom,
  LAUNCH_BOUNDS,
  launchKey,
  launchProblem,
  NO_LAUNCH_SETTINGS,
  sameLaunch,
} from './launch-settings.ts';

const { totalBytes, valueBytes } = LAUNCH_BOUNDS;

test('launchProblem finds none up to the bounds, and counts bytes of UTF-8', () => {
  assert.equal(launchProblem(NO_LAUNCH_SETTINGS), undefined);
  const full = {
    environment: { A: 'x'.repeat(valueBytes) },
    arguments: Array(3).fill('ü'.repeat(valueBytes / 2)),
  };
  assert.match(
    launchProblem(full) ?? '',
    new RegExp(`have ${totalBytes + 1} bytes, over the limit of ${totalBytes}`),
  );
  assert.equal(launchProblem({ ...full, environment: { A: 'x'.repeat(valueBytes - 1) } }), undefined);
  const wide = { environment: {}, arguments: ['ü'.repeat(valueBytes / 2 + 1)] };
  assert.match(launchProblem(wide) ?? '', new RegExp(`^Setting arguments\\.0 has ${valueBytes + 2} bytes`));
});

test('sameLaunch compares what a function is given, not the objects that say so', () => {
  const one = { environment: { A: '1', B: '2' }, arguments: ['x'] };
  assert.ok(sameLaunch(one, structuredClone(one)));
  for (const other of [
    { ...one, arguments: [] },
    { ...one, environment: { A: '1' } },
    { ...one, environment: { B: '2', A: '1' } },
    { environment: { A: '1', B: '2x' }, arguments: [''] },
  ]) {
    assert.ok(!sameLaunch(one, other));
    assert.notEqual(launchKey(one), launchKey(other));
  }
});

test('argumentRoom is what names, values and arguments leave of the bounds', () => {
  assert.deepEqual(argumentRoom(NO_LAUNCH_SETTINGS), { arguments: 64, bytes: totalBytes });
  const launch = { environment: { NAME: 'ü' }, arguments: ['x', 'yz'] };
  for (let time = 0; time < 2; time++)
    assert.deepEqual(argumentRoom(launch), { arguments: 62, bytes: totalBytes - 9 });
});
