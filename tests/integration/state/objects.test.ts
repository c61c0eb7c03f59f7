import { MemoryGlobalTier } from '@faasm/adapter-memory';
import { demoFunctions } from '@faasm/guests';
import { stateKey, type StateKey, type ValueInfo } from '@faasm/state';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runState, stateExecutor, type StateExecutor } from './state-executor.ts';

/** Both speak the same commands, and use the same values. */
const DEMOS = ['state-objects', 'state-objects-as'] as const;

/** A tier that tells when somebody has asked for a version. */
class WatchedTier extends MemoryGlobalTier {
  onDescribe: ((key: StateKey) => Promise<void>) | undefined;

  override async describe(key: StateKey): Promise<ValueInfo | undefined> {
    const info = await super.describe(key);
    await this.onDescribe?.(key);
    return info;
  }
}

async function world(
  t: Parameters<typeof stateExecutor>[0],
  global: MemoryGlobalTier = new MemoryGlobalTier(),
): Promise<StateExecutor> {
  const demos = (await demoFunctions()).filter(({ ref }) => DEMOS.some((name) => name === ref.name));
  const modules = Object.fromEntries(demos.map(({ ref, wasm }) => [ref.name, wasm]));
  return stateExecutor(t, { modules, threads: 2, global });
}

/** Calls a demo with a command; what it answers. */
async function ask(state: StateExecutor, name: string, input: string): Promise<string> {
  const { outcome, output, stderr } = await runState(state, name, { input });
  assert.deepEqual(outcome, { type: 'success' }, `${input}: ${Buffer.from(stderr).toString()}`);
  return Buffer.from(output).toString();
}

for (const demo of DEMOS) {
  test(`${demo}: Counter counts every call of many at once`, async (t) => {
    const state = await world(t);
    const counts = await Promise.all(
      Array.from({ length: 20 }, async () => await ask(state, demo, 'counter')),
    );
    const numbers = counts.map(Number).toSorted((a, b) => a - b);
    assert.deepEqual(
      numbers,
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });

  test(`${demo}: Vector.push sends exactly what was set, and pull brings what others set`, async (t) => {
    const state = await world(t);
    assert.equal(await ask(state, demo, 'vector 2 7'), '0 0 7 0 0 0 0 0 ');
    const key = stateKey('demo', 'objects/numbers');
    await state.global.push(key, {
      sizeBytes: 32,
      pieces: [{ offset: 28, bytes: Buffer.from([9, 0, 0, 0]) }],
    });
    assert.equal(await ask(state, demo, 'vector 0 -1'), '-1 0 7 0 0 0 0 9 ');
    const { outcome, stderr } = await runState(state, demo, { input: 'vector 8 1' });
    assert.notEqual(outcome.type, 'success');
    assert.match(Buffer.from(stderr).toString(), /objects\/numbers has 8 elements/);
  });

  test(`${demo}: Matrix maps and pushes columns`, async (t) => {
    const state = await world(t);
    assert.equal(await ask(state, demo, 'matrix 3 2'), '40000');
    assert.equal(await ask(state, demo, 'matrix 2 1'), '60000');
    assert.equal(await ask(state, demo, 'matrix 9 1'), '20000');
    const ranges = [{ start: 2 * 160_000, end: 5 * 160_000 }];
    const reading = await state.global.read(stateKey('demo', 'objects/table'), {
      ranges,
      sameVersion: false,
    });
    const bytes = Buffer.concat(await Array.fromAsync(reading?.pieces ?? [], (piece) => piece.bytes));
    assert.deepEqual(
      [0, 159_992, 160_000, 319_992, 320_000].map((offset) => bytes.readDoubleLE(offset)),
      [1, 1, 2, 2, 0],
    );
  });

  test(`${demo}: Map loses no change of many at once`, async (t) => {
    const state = await world(t);
    assert.equal(await ask(state, demo, 'map get one'), 'none');
    const keys = Array.from({ length: 24 }, (_, index) => `key-${index}`);
    await Promise.all(keys.map(async (key) => await ask(state, demo, `map put ${key} ${key}!`)));
    assert.equal(await ask(state, demo, 'map count'), '24');
    assert.equal(await ask(state, demo, 'map put key-3 other'), 'done');
    assert.equal(await ask(state, demo, 'map get key-3'), 'other');
    assert.equal(await ask(state, demo, 'map get key-4'), 'key-4!');
    assert.equal(await ask(state, demo, 'map remove key-4'), 'done');
    assert.equal(await ask(state, demo, 'map remove key-4'), 'none');
    assert.equal(await ask(state, demo, 'map count'), '23');
    assert.equal(await ask(state, demo, `map put large ${'x'.repeat(16_384)}`), 'full');
  });

  test(`${demo}: AppendLog keeps elements apart and in order`, async (t) => {
    const state = await world(t);
    assert.equal(await ask(state, demo, 'log one'), 'one ');
    assert.equal(await ask(state, demo, `log ${'x'.repeat(100)}`), `one ${'x'.repeat(100)} `);
    assert.equal(await ask(state, demo, 'log three'), `one ${'x'.repeat(100)} three `);
    const { outcome } = await runState(state, demo, { input: `log ${'x'.repeat(101)}` });
    assert.notEqual(outcome.type, 'success');
  });

  test(`${demo}: Map.get does not answer with what was deleted while it read`, async (t) => {
    const tier = new WatchedTier();
    const state = await world(t, tier);
    await ask(state, demo, 'map put one 1');
    assert.equal(await ask(state, demo, 'map get one'), '1');
    tier.onDescribe = async (key) => {
      tier.onDescribe = undefined;
      assert.equal(await tier.delete(key, {}), true);
    };
    assert.equal(await ask(state, demo, 'map get one'), 'none');
  });

  test(`${demo}: Barrier lets none go before all have come, time after time`, async (t) => {
    const tier = new WatchedTier();
    const state = await world(t, tier);
    for (const round of ['0', '1', '2']) {
      const answered: string[] = [];
      const come = async (): Promise<void> => {
        answered.push(await ask(state, demo, 'barrier 3'));
      };
      const early = [come(), come()];
      // Whoever looks so often has looked when two had come.
      await Promise.race([looks(tier, 8), ...early]);
      assert.deepEqual(answered, []);
      await Promise.all([...early, come()]);
      assert.deepEqual(answered, [round, round, round]);
    }
  });
}

test('the objects have the same bytes in C++ and in AssemblyScript', async (t) => {
  const state = await world(t);
  for (const [index, demo] of DEMOS.entries()) {
    assert.equal(await ask(state, demo, 'counter'), String(index + 1));
    await ask(state, demo, `map put ${demo} set-by-${demo}`);
    await ask(state, demo, `log ${demo}`);
    for (const other of DEMOS.slice(0, index + 1))
      assert.equal(await ask(state, demo, `map get ${other}`), `set-by-${other}`);
  }
  const [first] = DEMOS;
  assert.equal(await ask(state, first, 'map count'), String(DEMOS.length));
  assert.equal(await ask(state, first, 'log end'), `${DEMOS.join(' ')} end `);
});

/** Resolves when so many versions were asked for. */
async function looks(tier: WatchedTier, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let seen = 0;
  tier.onDescribe = async () => {
    seen += 1;
    if (seen === count) resolve(undefined);
    await Promise.resolve();
  };
  await promise;
  tier.onDescribe = undefined;
}
