import assert from 'node:assert/strict';
import {
  ALL_BYTES,
  never,
  registerCases,
  sampleCall,
  sampleResult,
  takeOne,
  type BackendCase,
  type MakeBackend,
} from './backend-under-test.ts';

/** Registers the tests that every {@link ResultStore} passes, together with the {@link CallQueue} on the same store. */
export function resultStoreContract(name: string, makeBackend: MakeBackend): void {
  registerCases(`${name} as ResultStore`, makeBackend, {
    ...STATUS_CASES,
    ...WAIT_CASES,
    ...LOG_CASES,
  });
}

const STATUS_CASES: Record<string, BackendCase> = {
  'ResultStore.status follows a call from queued to done, and keeps its result': async (open) => {
    const { queue, results } = await open();
    const call = sampleCall({ input: ALL_BYTES });
    const { id, kind, function: ref, acceptedAt, deadlineAt } = call;
    const known = { id, kind, function: ref, acceptedAt, deadlineAt };
    await queue.submit(call);
    assert.deepEqual(await results.status(id), { ...known, state: 'queued' });
    const lease = await takeOne(queue);
    assert.deepEqual(await results.status(id), { ...known, state: 'running' });
    const result = sampleResult(call, ALL_BYTES);
    await queue.settle(lease, result);
    for (let i = 0; i < 2; i++) {
      const status = await results.status(id);
      assert.ok(status?.result);
      assert.deepEqual({ ...status, result: undefined }, { ...known, state: 'done', result: undefined });
      assert.deepEqual([...status.result.output], [...ALL_BYTES]);
      assert.deepEqual(
        { ...status.result, output: 0, stdout: [...status.result.stdout], stderr: [...status.result.stderr] },
        { ...result, output: 0, stdout: [...result.stdout], stderr: [...result.stderr] },
      );
    }
  },

  'ResultStore knows nothing of a call that was never accepted': async (open) => {
    const { results } = await open();
    const { id } = sampleCall();
    assert.equal(await results.status(id), undefined);
    assert.equal(await results.wait(id, never()), undefined);
  },
};

const LOG_CASES: Record<string, BackendCase> = {
  'ResultStore.log gives what a call wrote, also when its result was handed over': async (open) => {
    const { queue, results } = await open();
    for (const kind of ['async', 'sync'] as const) {
      const call = sampleCall({ kind });
      await queue.submit(call);
      const waiting = results.wait(call.id, never());
      assert.equal(await results.log(call.id), undefined);
      const result = sampleResult(call, ALL_BYTES);
      await queue.settle(await takeOne(queue), result);
      await waiting;
      const log = await results.log(call.id);
      assert.ok(log !== undefined, kind);
      const { stdout, stderr, ...rest } = log;
      const { id, outcome, finishedAt } = result;
      assert.deepEqual(rest, { id, function: call.function, outcome, finishedAt });
      assert.deepEqual([[...stdout], [...stderr]], [[...result.stdout], [...result.stderr]]);
    }
    assert.equal(await results.log(sampleCall().id), undefined);
  },

  'ResultStore.log gives what a synchronous call wrote that ended before anybody waited': async (open) => {
    const { queue, results } = await open();
    const call = sampleCall({ kind: 'sync' });
    await queue.submit(call);
    await queue.settle(await takeOne(queue), sampleResult(call));
    await results.wait(call.id, never());
    assert.deepEqual([...((await results.log(call.id))?.stderr ?? [])], [...sampleResult(call).stderr]);
  },
};

const WAIT_CASES: Record<string, BackendCase> = {
  'ResultStore.wait hands the result of a synchronous call to the process that submitted it': async (
    open,
  ) => {
    const backend = await open();
    const worker = await backend.join();
    const call = sampleCall({ kind: 'sync', input: ALL_BYTES });
    await backend.queue.submit(call);
    const waiting = backend.results.wait(call.id, never());
    const lease = await takeOne(worker.queue);
    assert.ok(await worker.queue.settle(lease, sampleResult(call, lease.call.input)));
    const status = await waiting;
    assert.equal(status?.state, 'done');
    assert.deepEqual([...(status.result?.output ?? [])], [...ALL_BYTES]);
  },

  'ResultStore.wait finds the result of a synchronous call that ended before the wait began': async (
    open,
  ) => {
    const { queue, results } = await open();
    const call = sampleCall({ kind: 'sync' });
    await queue.submit(call);
    await queue.settle(await takeOne(queue), sampleResult(call, Uint8Array.of(0, 1, 0)));
    const status = await results.wait(call.id, never());
    assert.deepEqual([...(status?.result?.output ?? [])], [0, 1, 0]);
  },

  'ResultStore.wait tells a synchronous caller that its call was ended from outside': async (open) => {
    const backend = await open();
    const call = sampleCall({ kind: 'sync' });
    await backend.queue.submit(call);
    const waiting = backend.results.wait(call.id, never());
    await (await backend.join()).queue.end(call.id, 'call.cancelled');
    const status = await waiting;
    assert.partialDeepStrictEqual(status?.result?.outcome, { type: 'error', code: 'call.cancelled' });
  },

  'ResultStore.wait tells everyone who waits, in every process, and those who come later': async (open) => {
    const backend = await open();
    const other = await backend.join();
    const call = sampleCall();
    await backend.queue.submit(call);
    const waiting = [backend, backend, other, other].map(
      async ({ results }) => await results.wait(call.id, never()),
    );
    await backend.queue.settle(await takeOne(backend.queue), sampleResult(call, ALL_BYTES));
    for (const status of [...(await Promise.all(waiting)), await other.results.wait(call.id, never())]) {
      assert.equal(status?.state, 'done');
      assert.equal(status.kind, 'async');
      assert.deepEqual([...(status.result?.output ?? [])], [...ALL_BYTES]);
    }
  },

  'ResultStore.wait answers with the state of the call when its signal aborts': async (open) => {
    const { queue, results } = await open();
    const call = sampleCall();
    await queue.submit(call);
    assert.equal((await results.wait(call.id, AbortSignal.abort()))?.state, 'queued');
    const lease = await takeOne(queue);
    const stop = new AbortController();
    const stopped = results.wait(call.id, stop.signal);
    const patient = results.wait(call.id, never());
    stop.abort();
    const status = await stopped;
    assert.equal(status?.state, 'running');
    assert.equal(status.result, undefined);
    await queue.settle(lease, sampleResult(call));
    assert.equal((await patient)?.state, 'done');
  },
};
