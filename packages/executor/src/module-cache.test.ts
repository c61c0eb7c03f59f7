import { assemble, OP, type TestModule } from '@faasm/faaslet/testing';
import { NO_SETTINGS } from '@faasm/functions';
import { functionRef } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { call, codeOf, executorOf, never } from './executor-under-test.ts';
import { EXECUTOR_EVENTS, type ModulePrepared } from './executor-events.ts';
import type { Executor } from './executor.ts';
import { versionInForce, type FunctionVersionRef } from './function-version.ts';
import { ModuleCache } from './module-cache.ts';

/** About 5 MB, so that a thread prepares it for a while. */
const LARGE: TestModule = {
  functions: [
    { name: '_start', body: [] },
    ...Array.from({ length: 1_000 }, () => ({
      body: Array.from({ length: 1_250 }, () => [OP.i32(1_024), OP.drop]).flat(),
    })),
  ],
};

const NOTHING: TestModule = { functions: [{ name: '_start', body: [] }] };

/** An executor that is ready to run `nothing` at once; `happened` tells when `large` was prepared, among what a test adds. */
async function readyExecutor(t: TestContext): Promise<{ executor: Executor; happened: string[] }> {
  const executor = executorOf(t, { large: LARGE, nothing: NOTHING });
  assert.equal(codeOf(await executor.run(call('nothing'), never)), 'success');
  const happened: string[] = [];
  const note = (message: unknown): void => {
    happened.push(`${(message as ModulePrepared).digest} is prepared`);
  };
  EXECUTOR_EVENTS.modulePrepared.subscribe(note);
  t.after(() => EXECUTOR_EVENTS.modulePrepared.unsubscribe(note));
  return { executor, happened };
}

const LIMITS = { memoryBytes: 65_536, outputBytes: 64, logBytes: 64 };

const largeOf = (user: string): FunctionVersionRef =>
  versionInForce(functionRef(user, 'large'), { digest: 'digest', settings: NO_SETTINGS }, LIMITS);

test('ModuleCache.get prepares a module without an object file once for all who wait for it', async () => {
  const read: string[] = [];
  const prepared: string[] = [];
  const note = (message: unknown): void => void prepared.push((message as ModulePrepared).digest);
  EXECUTOR_EVENTS.modulePrepared.subscribe(note);
  const cache = new ModuleCache({
    store: {
      readObject: async () => await Promise.resolve(undefined),
      read: async (_, digest) => {
        read.push(digest);
        return await Promise.resolve(assemble(LARGE));
      },
    },
    checkIntervalOf: () => 1_024,
    compiled: () => undefined,
    cachedBytesMax: 1,
    cachedModulesMax: 10,
  });
  const users = ['a', 'b', 'a', 'c', 'a'];
  const sources = await Promise.all(users.map(async (user) => await cache.get(largeOf(user))));
  EXECUTOR_EVENTS.modulePrepared.unsubscribe(note);
  assert.equal(new Set(sources).size, 1);
  assert.deepEqual([read, prepared], [['digest'], ['digest']]);
});

test('Executor.run serves other calls while a module is prepared', async (t) => {
  const { executor, happened } = await readyExecutor(t);
  const large = executor.run(call('large'), never);
  for (let i = 0; i < 3; i++) {
    assert.equal(codeOf(await executor.run(call('nothing'), never)), 'success');
    happened.push('another call has ended');
  }
  assert.equal(codeOf(await large), 'success');
  assert.deepEqual(happened, [
    ...Array.from({ length: 3 }, () => 'another call has ended'),
    'large is prepared',
  ]);
});

test('Executor.run answers calls that are over while their module is prepared, which the next ones find (I9)', async (t) => {
  const { executor, happened } = await readyExecutor(t);
  const stop = new AbortController();
  const late = executor.run(call('large', { timeoutMs: 5 }), never);
  const cancelled = executor.run(call('large'), stop.signal);
  stop.abort();
  happened.push(codeOf(await cancelled), codeOf(await late));
  happened.push(codeOf(await executor.run(call('large'), never)));
  assert.deepEqual(happened, ['call.cancelled', 'call.deadline', 'large is prepared', 'success']);
});
