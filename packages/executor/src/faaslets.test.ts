import { I32, OP, type TestModule } from '@faasm/faaslet/testing';
import { NO_SETTINGS } from '@faasm/functions';
import { functionRef } from '@faasm/protocol';
import { EMPTY_BYTES, text } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { EXECUTOR_EVENTS, type FunctionInitialized } from './executor-events.ts';
import { call, codeOf, executorOf, never, run } from './executor-under-test.ts';
import type { Executor } from './executor.ts';

const WASI = 'wasi_snapshot_preview1';

/** Constructors that put random bytes at 0 and the time at 16; the call answers with them and with fresh ones. */
const FRESH: TestModule = {
  imports: [
    { from: WASI, name: 'random_get', parameters: [I32, I32], results: [I32] },
    { from: WASI, name: 'clock_time_get', parameters: [I32, 0x7e, I32], results: [I32] },
    { from: 'env', name: '__faasm_write_output', parameters: [I32, I32] },
  ],
  memory: { min: 1 },
  functions: [
    {
      name: '__wasm_call_ctors',
      body: [
        OP.i32(0),
        OP.i32(16),
        OP.call(0),
        OP.drop,
        OP.i32(0),
        OP.i64(0),
        OP.i32(16),
        OP.call(1),
        OP.drop,
      ],
    },
    {
      name: '_start',
      body: [
        OP.i32(32),
        OP.i32(16),
        OP.call(0),
        OP.drop,
        OP.i32(0),
        OP.i64(0),
        OP.i32(48),
        OP.call(1),
        OP.drop,
        OP.i32(0),
        OP.i32(56),
        OP.call(2),
      ],
    },
  ],
};

const NOTHING: TestModule = { memory: { min: 1 }, functions: [{ name: '_start', body: [] }] };
const SPIN: TestModule = { functions: [{ name: '_start', body: [OP.loop, OP.br(0), OP.end] }] };
const TRAPPING_CONSTRUCTOR: TestModule = {
  functions: [
    { name: '_start', body: [] },
    { name: '__wasm_call_ctors', body: [OP.unreachable] },
  ],
};
const SPINNING_CONSTRUCTOR: TestModule = {
  functions: [
    { name: '_start', body: [] },
    { name: '_initialize', body: [OP.loop, OP.br(0), OP.end] },
  ],
};

/** What is initialised until the test ends. */
function initializedIn(t: TestContext): FunctionInitialized[] {
  const messages: FunctionInitialized[] = [];
  const listen = (message: unknown): void => {
    messages.push(message as FunctionInitialized);
  };
  EXECUTOR_EVENTS.functionInitialized.subscribe(listen);
  t.after(() => {
    EXECUTOR_EVENTS.functionInitialized.unsubscribe(listen);
  });
  return messages;
}

test('Of 10,000 restored Faaslets no two get the same random bytes, and none a stale clock (I5)', async (t) => {
  const executor = executorOf(t, { fresh: FRESH });
  const streams = new Set<string>();
  let constructed = '';
  let last = 0n;
  for (let i = 0; i < 10_000; i++) {
    const { output } = await run(executor, 'fresh');
    const bytes = Buffer.from(output);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    constructed ||= bytes.subarray(0, 24).toString('hex');
    assert.equal(bytes.subarray(0, 24).toString('hex'), constructed, 'constructors ran once');
    streams.add(bytes.subarray(32, 48).toString('hex'));
    const now = view.getBigUint64(48, true);
    assert.ok(now > view.getBigUint64(16, true) && now >= last, `call ${i} sees ${now} after ${last}`);
    last = now;
  }
  assert.equal(streams.size, 10_000);
  const [reading] = executor.faaslets();
  assert.deepEqual([reading?.warmCalls, reading?.restoredCalls, reading?.idle], [9_999, 1, 1]);
});

test('Two users of the same module have a Proto-Faaslet each (I5)', async (t) => {
  const initialized = initializedIn(t);
  const executor = executorOf(t, { fresh: FRESH });
  const [a, b] = [await run(executor, 'fresh', 'a'), await run(executor, 'fresh', 'b')];
  assert.notDeepEqual(a.output.subarray(0, 16), b.output.subarray(0, 16));
  assert.deepEqual(
    initialized.map(({ function: name, from }) => `${name} ${from}`),
    ['a/fresh constructors', 'b/fresh constructors'],
  );
});

test('A constructor that traps ends each call with its trap, and one that spins at the deadline (I9, I13)', async (t) => {
  const executor = executorOf(t, {
    trap: TRAPPING_CONSTRUCTOR,
    spin: SPINNING_CONSTRUCTOR,
    nothing: NOTHING,
  });
  for (let i = 0; i < 2; i++) assert.equal(codeOf(await run(executor, 'trap')), 'guest.trap');
  assert.equal(codeOf(await executor.run(call('spin', { timeoutMs: 50 }), never)), 'call.deadline');
  assert.equal(codeOf(await run(executor, 'nothing')), 'success');
});

test('A process at its limit of Faaslets gives up idle ones, refuses more, and recovers (I11)', async (t) => {
  const modules = { one: NOTHING, two: NOTHING, spin: SPIN };
  const executor = executorOf(t, modules, { faasletsMax: 1, threads: 2 });
  for (let i = 0; i < 4; i++)
    for (const name of ['one', 'two']) assert.equal(codeOf(await run(executor, name)), 'success');
  assert.equal(executor.faasletCounts().limit, 1);
  const stop = new AbortController();
  const started = executor.run(call('spin'), stop.signal);
  await untilRunning(executor, 'spin');
  const refused = await run(executor, 'one');
  assert.equal(codeOf(refused), 'host.capacity');
  assert.match(refused.outcome.type === 'error' ? refused.outcome.message : '', /Host has 1 Faaslets/);
  stop.abort();
  await started;
  // The thread of the guest that was ended gives back what it had when it has ended.
  await untilSuccess(executor, 'one');
});

test('A function at its limit of Faaslets is refused, while others run (I11)', async (t) => {
  const executor = executorOf(t, { spin: SPIN, one: NOTHING }, { functionFaasletsMax: 1, threads: 3 });
  const stop = new AbortController();
  const started = executor.run(call('spin'), stop.signal);
  await untilRunning(executor, 'spin');
  const refused = await run(executor, 'spin');
  assert.equal(codeOf(refused), 'host.capacity');
  assert.match(refused.outcome.type === 'error' ? refused.outcome.message : '', /test\/spin has 1 Faaslets/);
  assert.equal(codeOf(await run(executor, 'one')), 'success');
  stop.abort();
  assert.equal(codeOf(await started), 'call.cancelled');
});

test('A Faaslet that is idle for too long is given up', async (t) => {
  const executor = executorOf(t, { one: NOTHING }, { faasletIdleMs: 1 });
  await run(executor, 'one');
  while (executor.faasletCounts().idle > 0) await soon();
  assert.deepEqual(executor.faasletCounts(), { running: 0, idle: 0, spare: 1, limit: 100 });
});

test('Executor.prepareNewVersions makes a new version ready before anybody calls it', async (t) => {
  const initialized = initializedIn(t);
  let current: string | undefined = 'one';
  const versions = {
    resolve: async () =>
      await Promise.resolve(current === undefined ? undefined : { digest: current, settings: NO_SETTINGS }),
  };
  const executor = executorOf(t, { one: NOTHING, two: NOTHING }, { versions });
  await run(executor, 'main');
  await executor.prepareNewVersions();
  current = 'two';
  await executor.prepareNewVersions();
  assert.deepEqual(
    initialized.map(({ digest }) => digest),
    ['one', 'two'],
  );
  await run(executor, 'main');
  current = undefined;
  await executor.prepareNewVersions();
  current = 'one';
  await executor.prepareNewVersions();
  assert.equal(initialized.length, 2, 'what is gone is not looked after any more');
});

test('What constructors write to standard error is reported', async (t) => {
  const initialized = initializedIn(t);
  const executor = executorOf(t, { quiet: NOTHING });
  await executor.prepare(functionRef('test', 'quiet'));
  assert.deepEqual(
    initialized.map(({ function: name, stderr }) => [name, stderr]),
    [['test/quiet', text(EMPTY_BYTES)]],
  );
  const { timings } = await run(executor, 'quiet');
  assert.ok(timings.coldMs > 0);
  assert.equal(initialized.length, 1, 'the call found the function ready');
});

async function soon(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

async function untilRunning(executor: Executor, name: string): Promise<void> {
  while (!executor.faaslets().some(({ digest, running }) => digest === name && running > 0)) await soon();
}

async function untilSuccess(executor: Executor, name: string): Promise<void> {
  for (;;) {
    const { outcome } = await run(executor, name);
    if (outcome.type === 'success') return;
    assert.equal(outcome.type === 'error' ? outcome.code : outcome.type, 'host.capacity');
    await soon();
  }
}
