import { isFaasmError } from '@faasm/protocol';
import {
  callQueueContract,
  resultStoreContract,
  sampleCall,
  sampleResult,
  takeOne,
  type BackendUnderTest,
} from '@faasm/scheduler/contracts';
import type { QueueBounds } from '@faasm/scheduler';
import { systemClock, type Clock } from '@faasm/stdx';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RESULT_OVERHEAD_BYTES } from './kept-results.ts';
import { MemoryBackend } from './memory-backend.ts';

const HOUR_MS = 3_600_000;

const ROOMY: QueueBounds = {
  queuedCallsMax: 100,
  queuedBytesMax: 2 ** 20,
  outstandingCallsPerUserMax: 100,
  weightOf: () => 1,
};

async function makeBackend(bounds: QueueBounds): Promise<BackendUnderTest> {
  const options = { clock: systemClock, resultTtlMs: HOUR_MS, resultBytesMax: 2 ** 26, ...bounds };
  const backend = new MemoryBackend(options);
  const ports = { queue: backend, results: backend };
  return {
    ...ports,
    join: async () => ports,
    close: async () => {
      await backend.close();
    },
  };
}

callQueueContract('MemoryBackend', makeBackend);
resultStoreContract('MemoryBackend', makeBackend);

/** A backend whose time is moved by hand. */
function timed(bounds: { resultTtlMs: number; resultBytesMax: number }): {
  backend: MemoryBackend;
  pass: (ms: number) => void;
} {
  let nowMs = 0;
  const clock: Clock = { ...systemClock, now: () => nowMs, monotonic: () => nowMs };
  const limits = { ...ROOMY, queuedCallsMax: 10 };
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { backend: new MemoryBackend({ clock, ...limits, ...bounds }), pass };
}

async function ended(queue: MemoryBackend, outputBytes: number): Promise<string> {
  const call = sampleCall();
  queue.submit(call);
  queue.settle(await takeOne(queue), sampleResult(call, new Uint8Array(outputBytes)));
  return call.id;
}

test('MemoryBackend keeps a result for its time to live and not longer', async () => {
  const { backend, pass } = timed({ resultTtlMs: 1_000, resultBytesMax: 2 ** 20 });
  const first = await ended(backend, 10);
  pass(600);
  const second = await ended(backend, 10);
  pass(399);
  assert.equal((await backend.status(first))?.state, 'done');
  pass(1);
  assert.equal(await backend.status(first), undefined);
  assert.equal((await backend.status(second))?.state, 'done');
  assert.equal(await backend.end(first, 'call.cancelled'), 'unknown');
});

test('MemoryBackend forgets the oldest results when they are too many bytes together', async () => {
  const outputBytes = 10_000;
  const resultBytesMax = 3 * (outputBytes + RESULT_OVERHEAD_BYTES + 3);
  const { backend } = timed({ resultTtlMs: HOUR_MS, resultBytesMax });
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push(await ended(backend, outputBytes));
  const states = await Promise.all(ids.map(async (id) => (await backend.status(id))?.state));
  assert.deepEqual(states, [undefined, undefined, 'done', 'done', 'done']);
  assert.equal((await backend.counts()).done, 5);
});

test('MemoryBackend does not keep the result of a synchronous call that was handed over', async () => {
  const { backend } = timed({ resultTtlMs: HOUR_MS, resultBytesMax: 2 ** 20 });
  for (const waitsFirst of [true, false]) {
    const call = sampleCall({ kind: 'sync' });
    backend.submit(call);
    const wait = async (): Promise<unknown> => await backend.wait(call.id, new AbortController().signal);
    const early = waitsFirst ? wait() : undefined;
    backend.settle(await takeOne(backend), sampleResult(call));
    await (early ?? wait());
    assert.equal(await backend.status(call.id), undefined);
  }
});

test('MemoryBackend is not durable, and says how many calls a refused user has', () => {
  const backend = new MemoryBackend({
    ...ROOMY,
    clock: systemClock,
    outstandingCallsPerUserMax: 1,
    resultTtlMs: HOUR_MS,
    resultBytesMax: 1,
  });
  assert.equal(backend.durable, false);
  backend.submit(sampleCall());
  assert.throws(
    () => backend.submit(sampleCall()),
    (error) => {
      assert.ok(isFaasmError(error, 'user.limit'));
      assert.equal(error.message, 'User demo has 1 calls outstanding, which is the limit');
      return true;
    },
  );
});
