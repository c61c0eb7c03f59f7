import { OP, type TestModule } from '@faasm/faaslet/testing';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, codeOf, executorOf, never } from './executor-under-test.ts';

/** Its constructors do not end. */
const ENDLESS: TestModule = {
  functions: [
    { name: '_start', body: [] },
    { name: '__wasm_call_ctors', body: [OP.loop, OP.br(0), OP.end] },
  ],
};

test('Executor.run begins an initialisation anew after the last call that waited for it gave up (I9)', async (t) => {
  const executor = executorOf(t, { endless: ENDLESS });
  await executor.probe();
  for (let i = 0; i < 3; i++) {
    // In the moment in which one has ended the next one comes: the initialisation is just being ended.
    const result = await executor.run(call('endless', { timeoutMs: 50 }), never);
    assert.equal(codeOf(result), 'call.deadline');
  }
});
