import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guest, type GuestOptions, type GuestOutcome } from './guest.ts';
import { assemble, I32, OP, TestEngine, type TestModule } from './testing/index.ts';

const LIMITS = { memoryBytes: 4 * 65_536, outputBytes: 100, logBytes: 10 };

type HostFunctions = (guest: () => Guest) => Record<string, (...values: number[]) => unknown>;

async function run(
  module: TestModule,
  env: HostFunctions = () => ({}),
  given: Partial<GuestOptions> = {},
): Promise<GuestOutcome> {
  const engine = new TestEngine(new LinuxMemoryMapper(), {
    imports: (_module, current) => ({ env: env(current) }),
    options: { limits: LIMITS },
  });
  return await engine.run(assemble(module), given);
}

test('Faaslet.run ends with success, an exit code, or a trap', async () => {
  const end = { from: 'env', name: 'end', parameters: [I32] };
  const exit: HostFunctions = (guest) => ({ end: (code) => guest().exit(code ?? 0) });
  assert.deepEqual((await run({ functions: [{ name: '_start', body: [] }] })).outcome, { type: 'success' });
  for (const [code, outcome] of [
    [0, { type: 'success' }],
    [7, { type: 'exit', exitCode: 7 }],
  ] as const) {
    const body = [OP.i32(code), OP.call(0), OP.unreachable];
    assert.deepEqual(
      (await run({ imports: [end], functions: [{ name: '_start', body }] }, exit)).outcome,
      outcome,
    );
  }
  const main = { name: 'main', parameters: [I32, I32], results: [I32], body: [OP.i32(3)] };
  assert.deepEqual((await run({ functions: [main] })).outcome, { type: 'exit', exitCode: 3 });
  const trap = await run({ functions: [{ name: '_start', body: [OP.unreachable] }] });
  assert.deepEqual(trap.outcome, { type: 'error', code: 'guest.trap', message: 'unreachable' });
});

test('Faaslet.run ends a guest that catches everything and tries again', async () => {
  const end = { from: 'env', name: 'end', parameters: [I32] };
  const attempt = [OP.try, OP.i32(9), OP.call(0), OP.catchAll, OP.br(1), OP.end];
  const body = [OP.loop, ...attempt, OP.end];
  const stubborn = { imports: [end], functions: [{ name: '_start', body }] };
  let calls = 0;
  const { outcome } = await run(stubborn, (guest) => ({
    end: (code) => {
      calls += 1;
      if (calls > 1) throw new Error('The guest caught its end');
      return guest().exit(code ?? 0);
    },
  }));
  assert.deepEqual(outcome, { type: 'exit', exitCode: 9 });
});

test('Faaslet.run ends endless recursion as a trap, and the host goes on', async () => {
  const { outcome } = await run({ functions: [{ name: '_start', body: [OP.call(0)] }] });
  assert.equal(outcome.type === 'error' ? outcome.code : '', 'guest.trap');
  assert.deepEqual((await run({ functions: [{ name: '_start', body: [] }] })).outcome, { type: 'success' });
});

test('Faaslet.run runs start, constructors and zygote once each, in that order, with the memory in reach', async () => {
  const note = { from: 'env', name: 'note', parameters: [I32] };
  const noting = (value: number) => [OP.i32(value), OP.call(0)];
  const said: number[] = [];
  const { outcome } = await run(
    {
      imports: [note],
      memory: { min: 1 },
      functions: [
        { name: '_start', body: noting(4) },
        { name: '_faasm_zygote', results: [I32], body: [...noting(3), OP.i32(0)] },
        { name: '__wasm_call_ctors', body: noting(2) },
        { body: noting(1) },
      ],
      start: 4,
    },
    (guest) => ({
      note: (value) => {
        said.push(value ?? 0);
        guest().memory.writeU32(0, value ?? 0);
      },
    }),
  );
  assert.deepEqual(outcome, { type: 'success' });
  assert.deepEqual(said, [1, 2, 3, 4]);
});

test('Faaslet.run fails a call whose zygote returns anything but 0', async () => {
  const zygote = { name: '_faasm_zygote', results: [I32], body: [OP.i32(5)] };
  const { outcome } = await run({ functions: [{ name: '_start', body: [] }, zygote] });
  assert.deepEqual(outcome, { type: 'error', code: 'guest.trap', message: '_faasm_zygote returned 5' });
});

test('Faaslet.run gives an imported memory its limit', async () => {
  const grow = { name: 'main', parameters: [I32, I32], results: [I32], body: [OP.i32(4), OP.memoryGrow] };
  for (const imported of [true, false]) {
    const { outcome } = await run({ memory: { min: 1, imported }, functions: [grow] });
    assert.deepEqual(outcome, { type: 'exit', exitCode: -1 }, `imported: ${imported}`);
  }
});

test('Faaslet.run ends a guest that passes pointers without having a memory', async () => {
  const say = { from: 'env', name: 'say', parameters: [I32, I32] };
  const body = [OP.i32(0), OP.i32(1), OP.call(0)];
  const { outcome } = await run({ imports: [say], functions: [{ name: '_start', body }] }, (guest) => ({
    say: (pointer, length) => {
      guest().writeOutput(pointer ?? 0, length ?? 0);
    },
  }));
  assert.match(outcome.type === 'error' ? outcome.message : '', /no memory/);
});

test('Guest keeps the last bytes of its logs and makes stdout its output, within the limit', () => {
  const options = { input: new Uint8Array(0), args: [], environment: [], limits: LIMITS };
  const talker = new Guest({ ...options, captureStdout: true });
  for (let i = 0; i < 50; i++) talker.writeStdout(Uint8Array.of(i));
  const left = talker.finish({ type: 'success' });
  assert.deepEqual([...left.stdout], [40, 41, 42, 43, 44, 45, 46, 47, 48, 49]);
  assert.equal(left.output.byteLength, 50);
  const chatterbox = new Guest({ ...options, captureStdout: true });
  for (let i = 0; i < 101; i++) chatterbox.writeStdout(Uint8Array.of(i));
  const { outcome } = chatterbox.finish({ type: 'success' });
  assert.equal(outcome.type === 'error' ? outcome.code : '', 'guest.output_limit');
  const silent = new Guest({ ...options, captureStdout: false });
  silent.writeStdout(Uint8Array.of(1));
  assert.equal(silent.finish({ type: 'success' }).output.byteLength, 0);
});
