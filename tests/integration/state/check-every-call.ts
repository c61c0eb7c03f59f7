import { hostInterface } from '@faasm/host-interface';
import assert from 'node:assert/strict';
import { runState, stateExecutor } from './state-executor.ts';

/**
 * Runs a program twice in a Faaslet, for two users. Fails unless it succeeds, and prints the name of each call of state that
 * the host offers.
 */
export async function checkEveryCall(
  t: Parameters<typeof stateExecutor>[0],
  wasm: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const world = stateExecutor(t, { modules: { state: wasm } });
  for (const user of ['one', 'two']) {
    const { outcome, stdout, stderr } = await runState(world, 'state', { user });
    assert.deepEqual(outcome, { type: 'success' }, Buffer.from(stderr).toString());
    const checked = new Set(Buffer.from(stdout).toString().trim().split('\n'));
    assert.deepEqual([...checked].toSorted(), stateCalls());
  }
}

function stateCalls(): string[] {
  const regions = { readRegion: noGuest, writeRegion: noGuest };
  const means = { state: { ask: noGuest, openValues: noGuest, regions } };
  const without = new Set(Object.keys(hostInterface(noGuest)['env'] ?? {}));
  return Object.keys(hostInterface(noGuest, means)['env'] ?? {})
    .filter((name) => !without.has(name))
    .map((name) => name.replace('__faasm_', ''))
    .toSorted();
}

function noGuest(): never {
  throw new TypeError('No guest runs');
}
