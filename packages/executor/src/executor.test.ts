import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { assemble, I32, OP, type TestModule } from '@faasm/faaslet/testing';
import { NO_SETTINGS } from '@faasm/functions';
import { FaasmError, functionRef, type Call } from '@faasm/protocol';
import { EMPTY_BYTES, sortableId, systemClock, utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { EXECUTOR_EVENTS } from './executor-events.ts';
import { Executor, type ExecutorOptions } from './executor.ts';

const LIMITS = { memoryBytes: 1024 * 1024, outputBytes: 1024, logBytes: 64 };

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

/** Functions of the user `test`; a version's digest is its name. */
const modules = new Map<string, Uint8Array<ArrayBuffer>>([
  ['echo', assemble(ECHO)],
  ['remember', assemble(REMEMBER)],
  ['spin', assemble(SPIN)],
  ['nothing', assemble(NOTHING)],
  ['trusted', assemble(SPIN)],
]);
let reads = 0;

const OPTIONS: ExecutorOptions = {
  store: {
    read: async (_ref, digest) => {
      reads += 1;
      const bytes = modules.get(digest);
      if (bytes === undefined) throw new FaasmError('store.unavailable', 'The disk is gone');
      return await Promise.resolve(bytes);
    },
    readObject: async () => await Promise.resolve(undefined),
    readFiles: async () => await Promise.resolve(undefined),
  },
  versions: {
    resolve: async ({ name: digest }) =>
      await Promise.resolve(digest === 'nobody' ? undefined : { digest, settings: NO_SETTINGS }),
  },
  clock: systemClock,
  host: 'host-a',
  threads: 2,
  callsPerThread: 8,
  checkInterval: 1_024,
  isTrusted: ({ name }) => name === 'trusted',
  tierUpMs: 1_000,
  sliceMs: 4,
  weightOf: () => 1,
  threadMain: new URL('./executor-thread-under-test.ts', import.meta.url),
  mapper: new LinuxMemoryMapper(),
  limits: LIMITS,
  guestStackKib: 512,
  snapshots: undefined,
  windowBytes: 0,
  faasletsMax: 100,
  functionFaasletsMax: 1_000,
  faasletIdleMs: 60_000,
  captureStdout: true,
  cachedModuleBytesMax: 1024 * 1024,
  keptFilesBytesMax: 1024 * 1024,
};

function executorOf(threads: number): Executor {
  return new Executor({ ...OPTIONS, threads });
}

const executor = executorOf(2);

after(async () => {
  await executor.close();
});

const never = new AbortController().signal;

function call(name: string, given: Partial<Call> = {}): Call {
  const acceptedAt = systemClock.now();
  return {
    id: sortableId(systemClock),
    kind: 'sync',
    function: functionRef('test', name),
    input: EMPTY_BYTES,
    acceptedAt,
    deadlineAt: acceptedAt + 30_000,
    ...given,
  };
}

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
  modules.set('fresh', assemble(ECHO));
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
  const acceptedAt = systemClock.now();
  const result = await executor.run(call('spin', { acceptedAt, deadlineAt: acceptedAt + 50 }), never);
  assert.equal(result.outcome.type === 'error' ? result.outcome.code : '', 'call.deadline');
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
  assert.equal(cancelled.outcome.type === 'error' ? cancelled.outcome.code : '', 'call.cancelled');
});

test('Executor.run survives many guests that must be killed at once', async () => {
  const acceptedAt = systemClock.now();
  const doomed = Array.from({ length: 12 }, () => call('spin', { acceptedAt, deadlineAt: acceptedAt + 20 }));
  const results = await Promise.all(doomed.map(async (each) => await executor.run(each, never)));
  for (const { outcome } of results)
    assert.equal(outcome.type === 'error' ? outcome.code : '', 'call.deadline');
  const echoed = await executor.run(call('echo', { input: utf8('alive') }), never);
  assert.equal(Buffer.from(echoed.output).toString(), 'alive');
});

test('Executor.run reports an unknown function, and a store that fails, as outcomes', async () => {
  for (const [name, code] of [
    ['nobody', 'function.unknown'],
    ['lost', 'store.unavailable'],
  ] as const) {
    const { outcome } = await executor.run(call(name), never);
    assert.equal(outcome.type === 'error' ? outcome.code : '', code);
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
  for (const { outcome } of await Promise.all(spinning))
    assert.equal(outcome.type === 'error' ? outcome.code : '', 'call.cancelled');
});

test('Executor.run spends no time on a call that cannot end before its deadline, while others wait', async () => {
  await using one = {
    executor: executorOf(1),
    [Symbol.asyncDispose]: async () => await one.executor.close(),
  };
  const stop = new AbortController();
  const spinFor = async (ms: number): Promise<{ code: string; early: boolean }> => {
    const acceptedAt = systemClock.now();
    const made = call('spin', { acceptedAt, deadlineAt: acceptedAt + ms });
    const { outcome, finishedAt } = await one.executor.run(made, stop.signal);
    return { code: outcome.type === 'error' ? outcome.code : '', early: finishedAt < made.deadlineAt };
  };
  await one.executor.prepare(functionRef('test', 'spin'));
  const inVain = { code: 'call.deadline', early: false };
  assert.deepEqual(await spinFor(500), inVain);
  assert.deepEqual(await spinFor(500), inVain, 'alone it may try');
  const others = spinFor(30_000);
  assert.deepEqual(await spinFor(600), { code: 'call.deadline', early: true });
  stop.abort();
  assert.equal((await others).code, 'call.cancelled');
});

test('Executor.run ends a thread whose guest does not end; its other calls are lost, run again or run elsewhere (I9)', async () => {
  await using one = {
    executor: executorOf(1),
    [Symbol.asyncDispose]: async () => await one.executor.close(),
  };
  const run = async (name: string, given: Partial<Call>): Promise<string> => {
    const { outcome } = await one.executor.run(call(name, given), stop.signal);
    return outcome.type === 'error' ? outcome.code : outcome.type;
  };
  const stop = new AbortController();
  for (const name of ['spin', 'trusted']) await one.executor.prepare(functionRef('test', name));
  const replaced = Promise.withResolvers<unknown>();
  EXECUTOR_EVENTS.threadReplaced.subscribe(replaced.resolve);
  const lost = run('spin', { kind: 'sync' });
  const repeated = run('spin', { kind: 'async' });
  const acceptedAt = systemClock.now();
  const untrustworthy = run('trusted', { acceptedAt, deadlineAt: acceptedAt + 1_000 });
  assert.equal(await untrustworthy, 'call.deadline');
  assert.equal(await lost, 'call.host_lost');
  assert.equal(await run('nothing', {}), 'success');
  await replaced.promise;
  EXECUTOR_EVENTS.threadReplaced.unsubscribe(replaced.resolve);
  stop.abort();
  assert.equal(await repeated, 'call.cancelled');
});
