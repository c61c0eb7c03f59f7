import { I32, OP, type TestModule } from '@faasm/faaslet/testing';
import { FaasmError, functionRef } from '@faasm/protocol';
import { utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { EXECUTOR_EVENTS } from './executor-events.ts';
import { call, codeOf, executorOf, never, storeOf } from './executor-under-test.ts';

/** `int main(void)` that hands its input back: read_input(0, 1000), write_output(0, that many). */
const ECHO: TestModule = {
  imports: [
    { from: 'env', name: '__faasm_read_input', parameters: [I32, I32], results: [I32] },
    { from: 'env', name: '__faasm_write_output', parameters: [I32, I32] },
  ],
  memory: { min: 1 },
  functions: [{ name: '_start', body: [OP.i32(0), OP.i32(0), OP.i32(1_000), OP.call(0), OP.call(1)] }],
};

/** Exits with what an earlier call may have left at address 100, then leaves something there itself. */
const REMEMBER: TestModule = {
  memory: { min: 1 },
  functions: [
    {
      name: 'main',
      parameters: [I32, I32],
      results: [I32],
      body: [OP.i32(100), OP.i32Load, OP.i32(100), OP.i32(1), OP.i32Store],
    },
  ],
};

const SPIN: TestModule = { functions: [{ name: '_start', body: [OP.loop, OP.br(0), OP.end] }] };
const NOTHING: TestModule = { functions: [{ name: '_start', body: [] }] };

const MODULES = { echo: ECHO, fresh: ECHO, remember: REMEMBER, spin: SPIN, nothing: NOTHING, trusted: SPIN };

let reads = 0;
const store = storeOf(MODULES);
const executor = executorOf({ after }, MODULES, {
  threads: 2,
  functionFaasletsMax: 1_000,
  store: {
    ...store,
    read: async (ref, digest) => {
      reads += 1;
      return await store.read(ref, digest);
    },
  },
});

test('Executor.run answers with output, version, host and timings', async () => {
  const made = call('echo', { input: utf8('a\0b') });
  const result = await executor.run(made, never);
  assert.deepEqual(result.outcome, { type: 'success' });
  assert.deepEqual(Buffer.from(result.output), Buffer.from('a\0b'));
  assert.deepEqual([result.id, result.host, result.version], [made.id, 'host-a', 'echo']);
  assert.ok(result.timings.coldMs > 0 && result.timings.runMs >= 0 && result.timings.queueMs >= 0);
});

test('Executor.run does not show a guest the bytes beside its input', async () => {
  const pool = Buffer.from('secret|input|secret');
  const result = await executor.run(call('echo', { input: pool.subarray(7, 12) }), never);
  assert.equal(Buffer.from(result.output).toString(), 'input');
});

test('Executor.run shows a guest nothing that an earlier call left in its memory (I5)', async () => {
  for (let i = 0; i < 20; i++) {
    assert.deepEqual((await executor.run(call('remember'), never)).outcome, { type: 'success' });
  }
});

test('Executor.run compiles a module once, however many calls wait for it', async () => {
  const before = reads;
  const inputs = Array.from({ length: 500 }, (_, i) => `input ${i}`);
  const results = await Promise.all(
    inputs.map(async (input) => await executor.run(call('fresh', { input: utf8(input) }), never)),
  );
  assert.deepEqual(
    results.map(({ output }) => Buffer.from(output).toString()),
    inputs,
  );
  assert.equal(reads - before, 1);
});

test('Executor.run ends a guest at its deadline, and its thread goes on (I9)', async () => {
  let replaced = 0;
  const count = (): void => {
    replaced += 1;
  };
  EXECUTOR_EVENTS.threadReplaced.subscribe(count);
  const result = await executor.run(call('spin', { timeoutMs: 50 }), never);
  assert.equal(codeOf(result), 'call.deadline');
  assert.match(result.outcome.type === 'error' ? result.outcome.message : '', /within 50 ms/);
  assert.deepEqual((await executor.run(call('nothing'), never)).outcome, { type: 'success' });
  EXECUTOR_EVENTS.threadReplaced.unsubscribe(count);
  assert.equal(replaced, 0);
});

test('Executor.run stops a guest when it is told to, with the reason that it is given', async () => {
  const stop = new AbortController();
  const running = executor.run(call('spin'), stop.signal);
  stop.abort(new FaasmError('server.draining', 'Enough'));
  assert.deepEqual((await running).outcome, { type: 'error', code: 'server.draining', message: 'Enough' });
  const cancelled = await executor.run(call('spin'), AbortSignal.abort());
  assert.equal(codeOf(cancelled), 'call.cancelled');
});

test('Executor.run survives many guests that must be killed at once', async () => {
  const doomed = Array.from({ length: 12 }, () => call('spin', { timeoutMs: 20 }));
  const results = await Promise.all(doomed.map(async (each) => await executor.run(each, never)));
  for (const result of results) assert.equal(codeOf(result), 'call.deadline');
  const echoed = await executor.run(call('echo', { input: utf8('alive') }), never);
  assert.equal(Buffer.from(echoed.output).toString(), 'alive');
});

test('Executor.run reports an unknown function, and a store that fails, as outcomes', async () => {
  for (const [name, code] of [
    ['nobody', 'function.unknown'],
    ['lost', 'version.unknown'],
  ] as const) {
    assert.equal(codeOf(await executor.run(call(name), never)), code);
  }
});

test('Executor.run answers other calls while more guests spin than there are threads', async () => {
  const stop = new AbortController();
  const spinning = Array.from({ length: 8 }, async () => await executor.run(call('spin'), stop.signal));
  await executor.probe();
  for (let i = 0; i < 20; i++) {
    const { output } = await executor.run(call('echo', { input: utf8(`${i}`) }), never);
    assert.equal(Buffer.from(output).toString(), `${i}`);
  }
  stop.abort();
  for (const result of await Promise.all(spinning)) assert.equal(codeOf(result), 'call.cancelled');
});

test('Executor.run spends no time on a call that cannot end before its deadline, while others wait', async (t) => {
  const one = executorOf(t, MODULES);
  const stop = new AbortController();
  const spinFor = async (ms: number): Promise<{ code: string; early: boolean }> => {
    const made = call('spin', { timeoutMs: ms });
    const result = await one.run(made, stop.signal);
    return { code: codeOf(result), early: result.finishedAt < made.deadlineAt };
  };
  await one.prepare(functionRef('test', 'spin'));
  const inVain = { code: 'call.deadline', early: false };
  assert.deepEqual(await spinFor(500), inVain);
  assert.deepEqual(await spinFor(500), inVain, 'alone it may try');
  const others = spinFor(30_000);
  assert.deepEqual(await spinFor(600), { code: 'call.deadline', early: true });
  stop.abort();
  assert.equal((await others).code, 'call.cancelled');
});

test('Executor.run ends a thread whose guest does not end; its other calls are lost, run again or run elsewhere (I9)', async (t) => {
  const one = executorOf(t, MODULES);
  const run = async (name: string, given: Parameters<typeof call>[1] = {}): Promise<string> =>
    codeOf(await one.run(call(name, given), stop.signal));
  const stop = new AbortController();
  for (const name of ['spin', 'trusted']) await one.prepare(functionRef('test', name));
  const replaced = Promise.withResolvers<unknown>();
  EXECUTOR_EVENTS.threadReplaced.subscribe(replaced.resolve);
  const lost = run('spin', { kind: 'sync' });
  const repeated = run('spin', { kind: 'async' });
  const untrustworthy = run('trusted', { timeoutMs: 1_000 });
  assert.equal(await untrustworthy, 'call.deadline');
  assert.equal(await lost, 'call.host_lost');
  assert.equal(await run('nothing'), 'success');
  await replaced.promise;
  EXECUTOR_EVENTS.threadReplaced.unsubscribe(replaced.resolve);
  stop.abort();
  assert.equal(await repeated, 'call.cancelled');
});
