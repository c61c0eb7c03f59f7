import { I32, OP, type TestModule } from '@faasm/faaslet/testing';
import { NO_SETTINGS, type FunctionSettings, type SnapshotStore } from '@faasm/functions';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { call, executorOf, never, run } from './executor-under-test.ts';

const WASI = 'wasi_snapshot_preview1';

/** Its constructor counts arguments and variables at address 0; a call answers with what it counted, and its own counts behind. */
const COUNTS: TestModule = {
  imports: [
    { from: WASI, name: 'args_sizes_get', parameters: [I32, I32], results: [I32] },
    { from: WASI, name: 'environ_sizes_get', parameters: [I32, I32], results: [I32] },
    { from: 'env', name: '__faasm_write_output', parameters: [I32, I32] },
  ],
  memory: { min: 1 },
  functions: [
    { name: '_initialize', body: counts(0) },
    { name: '_start', body: [...counts(8), OP.i32(0), OP.i32(16), OP.call(2)] },
  ],
};

function counts(at: number): (number | readonly number[])[] {
  const count = (what: number, to: number): (number | readonly number[])[] => [
    OP.i32(to),
    OP.i32(100),
    OP.call(what),
    OP.drop,
  ];
  return [...count(0, at), ...count(1, at + 4)];
}

const COMMON_VARIABLES = 6;

test('Executor.run gives constructors and calls the variables and arguments that were chosen last', async (t) => {
  let settings: FunctionSettings = NO_SETTINGS;
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const store: SnapshotStore = {
    read: async (_ref, name) => await Promise.resolve(files.get(name)),
    write: async (_ref, { name, bytes }) => {
      files.set(name, new Uint8Array(bytes));
      await Promise.resolve();
    },
    remove: async () => {
      await Promise.resolve();
    },
  };
  const given = {
    versions: { resolve: async () => await Promise.resolve({ digest: 'counts', settings }) },
    snapshots: { store, key: randomBytes(32) },
  };
  const counted = async (): Promise<number[]> => {
    const { output } = await run(executorOf(t, { counts: COUNTS }, given), 'counts');
    return [...new Uint32Array(output.buffer, output.byteOffset, 4)];
  };
  const both = (args: number, variables: number): number[] => [args, variables, args, variables];
  assert.deepEqual(await counted(), both(1, COMMON_VARIABLES));
  settings = { ...NO_SETTINGS, environment: { A: '1' } };
  assert.deepEqual(await counted(), both(1, COMMON_VARIABLES + 1), 'another snapshot than before');
  settings = { ...NO_SETTINGS, environment: { A: '1' }, arguments: ['x', 'y'] };
  assert.deepEqual(await counted(), both(3, COMMON_VARIABLES + 1));
  settings = { ...NO_SETTINGS, environment: { A: '2' } };
  assert.deepEqual(await counted(), both(1, COMMON_VARIABLES + 1));
  settings = NO_SETTINGS;
  assert.deepEqual(await counted(), both(1, COMMON_VARIABLES));
  assert.equal(files.size, 4, 'a snapshot for each');
});

/** A call answers with its arguments, which were put at 256, with NUL behind each. */
const ARGUMENTS: TestModule = {
  imports: [
    { from: WASI, name: 'args_get', parameters: [I32, I32], results: [I32] },
    { from: 'env', name: '__faasm_write_output', parameters: [I32, I32] },
  ],
  memory: { min: 1 },
  functions: [
    {
      name: '_start',
      body: [OP.i32(0), OP.i32(256), OP.call(0), OP.drop, OP.i32(256), OP.i32(32), OP.call(1)],
    },
  ],
};

test("Executor.run gives a call its own arguments after the function's, and none of them to constructors or to the next call (I5)", async (t) => {
  const settings = { ...NO_SETTINGS, arguments: ['-v'] };
  const versions = { resolve: async () => await Promise.resolve({ digest: 'arguments', settings }) };
  const executor = executorOf(t, { arguments: ARGUMENTS }, { versions });
  const shown = async (args?: readonly string[]): Promise<string> => {
    const given = args === undefined ? {} : { arguments: args };
    const { output } = await executor.run(call('arguments', given), never);
    return Buffer.from(output).toString().replace(/\0+$/, '');
  };
  assert.equal(await shown(['a b', '', 'ü']), 'function.wasm\0-v\0a b\0\0ü');
  assert.equal(await shown(), 'function.wasm\0-v');
  assert.equal(await shown(['x']), 'function.wasm\0-v\0x');
  const counting = executorOf(t, { counts: COUNTS });
  const { output } = await counting.run(call('counts', { arguments: ['a', 'b'] }), never);
  const common = COMMON_VARIABLES;
  assert.deepEqual([...new Uint32Array(output.buffer, output.byteOffset, 4)], [1, common, 3, common]);
});
