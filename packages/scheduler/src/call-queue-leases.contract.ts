import assert from 'node:assert/strict';
import { sampleCall, sampleResult, takeOne, type BackendCase } from './backend-under-test.ts';

/** Tests of what a lease gives the right to, and until when. */
export const LEASE_CASES: Record<string, BackendCase> = {
  'CallQueue.settle ends a call once (I2)': async (open) => {
    const { queue, results } = await open();
    const call = sampleCall();
    await queue.submit(call);
    const lease = await takeOne(queue);
    assert.equal(await queue.settle(lease, sampleResult(call, Uint8Array.of(1))), true);
    assert.equal(await queue.settle(lease, sampleResult(call, Uint8Array.of(2))), false);
    assert.deepEqual([...((await results.status(call.id))?.result?.output ?? [])], [1]);
    assert.deepEqual(await queue.counts(), { accepted: 1, queued: 0, running: 0, done: 1, dead: 0 });
  },

  'CallQueue.renew keeps a lease, and is refused once the call is settled': async (open) => {
    const { queue } = await open();
    const call = sampleCall();
    await queue.submit(call);
    const lease = await takeOne(queue);
    assert.equal(await queue.renew(lease), true);
    assert.equal(await queue.renew(lease), true);
    assert.equal(await queue.settle(lease, sampleResult(call)), true);
    assert.equal(await queue.renew(lease), false);
    assert.equal(await queue.release(lease), false);
  },

  'CallQueue.release hands the call to whoever waits, as its next delivery': async (open) => {
    const backend = await open();
    const call = sampleCall();
    await backend.queue.submit(call);
    const lease = await takeOne(backend.queue);
    const next = takeOne((await backend.join()).queue);
    assert.equal(await backend.queue.release(lease), true);
    const { call: again, delivery } = await next;
    assert.deepEqual([again.id, again.input.byteLength], [call.id, call.input.byteLength]);
    assert.equal(delivery, 2);
    assert.deepEqual(await backend.queue.counts(), { accepted: 1, queued: 0, running: 1, done: 0, dead: 0 });
  },

  'CallQueue accepts nothing under a lease that was given back (I3)': async (open) => {
    const { queue, results } = await open();
    const call = sampleCall();
    await queue.submit(call);
    const old = await takeOne(queue);
    assert.equal(await queue.release(old), true);
    assert.equal(await queue.settle(old, sampleResult(call)), false);
    const current = await takeOne(queue);
    assert.equal(await queue.renew(old), false);
    assert.equal(await queue.release(old), false);
    assert.equal(await queue.settle(old, sampleResult(call, Uint8Array.of(1))), false);
    assert.equal((await results.status(call.id))?.state, 'running');
    assert.equal(await queue.settle(current, sampleResult(call, Uint8Array.of(2))), true);
    assert.deepEqual([...((await results.status(call.id))?.result?.output ?? [])], [2]);
  },

  'CallQueue accepts nothing under a lease that it never gave (I3)': async (open) => {
    const { queue, results } = await open();
    const call = sampleCall();
    await queue.submit(call);
    const lease = await takeOne(queue);
    for (const forged of [
      { ...lease, token: `other${lease.token}` },
      { ...lease, token: '' },
    ]) {
      assert.equal(await queue.renew(forged), false);
      assert.equal(await queue.release(forged), false);
      assert.equal(await queue.settle(forged, sampleResult(call)), false);
    }
    assert.equal((await results.status(call.id))?.state, 'running');
    assert.equal(await queue.renew(lease), true);
  },
};
