import { I32, I64, OP, type Code, type TestModule } from '@faasm/faaslet/testing';
import { utf8 } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, executorOf, never } from './executor-under-test.ts';

const WASI = 'wasi_snapshot_preview1';
const PATH = { at: 0, length: 10 };
const [VECTOR, RESULT, OPENED] = [32, 48, 56];
const WRITE = 64;
const [CREATE, EXCLUSIVE] = [1, 4];

function numbers(...values: readonly number[]): Code {
  return values.flatMap((value) => OP.i32(value));
}

/** Makes `tmp/canary`, which must not be there, writes to it and lets others go first: exits with the errno of the first. */
const CANARY: TestModule = {
  imports: [
    {
      from: WASI,
      name: 'path_open',
      parameters: [I32, I32, I32, I32, I32, I64, I64, I32, I32],
      results: [I32],
    },
    { from: WASI, name: 'fd_write', parameters: [I32, I32, I32, I32], results: [I32] },
    { from: WASI, name: 'sched_yield', parameters: [], results: [I32] },
  ],
  memory: { min: 1 },
  functions: [
    {
      name: 'main',
      parameters: [I32, I32],
      results: [I32],
      body: [
        numbers(3, 0, PATH.at, PATH.length, CREATE | EXCLUSIVE),
        OP.i64(WRITE),
        OP.i64(0),
        numbers(0, OPENED),
        OP.call(0),
        numbers(VECTOR + 4, PATH.length),
        OP.i32Store,
        numbers(5, VECTOR, 1, RESULT),
        OP.call(1),
        OP.drop,
        OP.call(2),
        OP.drop,
      ].flat(),
    },
  ],
  data: utf8('tmp/canary'),
};

test('Executor.run gives each call files of its own, one after the other and at once, whoever calls (I5)', async (t) => {
  const executor = executorOf(t, { canary: CANARY }, { threads: 2 });
  for (const users of [['a'], ['a'], ['b'], ['a', 'b', 'a', 'b', 'a', 'a', 'b']]) {
    const results = await Promise.all(
      users.map(async (user) => await executor.run(call('canary', { user }), never)),
    );
    for (const { outcome } of results) assert.deepEqual(outcome, { type: 'success' });
  }
});
