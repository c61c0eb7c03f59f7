import { I32, OP, type TestModule } from '@faasm/faaslet/testing';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaasletCount } from './faaslet-count.ts';
import { codeOf, executorOf, run } from './executor-under-test.ts';

/** At address 0 stands a subscription for a millisecond of the monotonic clock. */
function subscription(): Uint8Array {
  const view = new DataView(new ArrayBuffer(48));
  view.setUint32(16, 1, true);
  view.setBigUint64(24, 1_000_000n, true);
  return new Uint8Array(view.buffer);
}

/** Sleeps for a millisecond: meanwhile it is no load to its thread, so that others are sent there. */
const SLEEPS: TestModule = {
  imports: [
    {
      from: 'wasi_snapshot_preview1',
      name: 'poll_oneoff',
      parameters: [I32, I32, I32, I32],
      results: [I32],
    },
  ],
  memory: { min: 1 },
  data: subscription(),
  functions: [
    { name: '_start', body: [...[0, 256, 1, 512].map((value) => OP.i32(value)), OP.call(0), OP.drop] },
  ],
};

const PROTO = 7;

test('FaasletCount comes to the same in whichever order a thread is heard: its answers and its evictions go two ways', () => {
  const count = new FaasletCount();
  count.began(PROTO);
  // Of the Faaslet that the call restored and has left.
  count.evicted(PROTO);
  assert.equal(count.idle(PROTO), 0);
  count.ended(PROTO, true);
  assert.deepEqual([count.idle(PROTO), count.idleTotal], [0, 0]);
  count.began(PROTO);
  count.ended(PROTO, true);
  assert.equal(count.idle(PROTO), 1);
});

test('A function whose calls follow each other at once is never refused, with as many Faaslets as callers (I11)', async (t) => {
  const [threads, callers, each] = [3, 4, 400];
  const executor = executorOf(t, { one: SLEEPS }, { functionFaasletsMax: callers, threads });
  const caller = async (): Promise<string[]> => {
    const ended: string[] = [];
    for (let i = 0; i < each; i++) ended.push(codeOf(await run(executor, 'one')));
    return ended;
  };
  const ended = (await Promise.all(Array.from({ length: callers }, caller))).flat();
  assert.deepEqual(new Set(ended), new Set(['success']));
});
