import { callsModule } from '@faasm/guests';
import { hostInterface } from '@faasm/host-interface';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runState, stateExecutor } from './state-executor.ts';

test('env: each call of state does what a C program asks of it, in a Faaslet that was used before too (I5)', async (t) => {
  const world = stateExecutor(t, { modules: { state: await callsModule('state') } });
  let printed = '';
  for (const user of ['one', 'two']) {
    const { outcome, stdout, stderr } = await runState(world, 'state', { user });
    assert.deepEqual(outcome, { type: 'success' }, Buffer.from(stderr).toString());
    printed = Buffer.from(stdout).toString();
  }
  const checked = new Set(printed.trim().split('\n'));
  const none = (): never => assert.fail('No guest runs');
  const regions = { readRegion: none, writeRegion: none };
  const offered = Object.keys(
    hostInterface(none, { state: { ask: none, openValues: none, regions } })['env'] ?? {},
  );
  const without = new Set(Object.keys(hostInterface(none)['env'] ?? {}));
  const stateCalls = offered.filter((name) => !without.has(name)).map((name) => name.replace('__faasm_', ''));
  assert.deepEqual([...checked].toSorted(), stateCalls.toSorted());
});
