import type { Call, CallId } from '@faasm/protocol';
import { deferred } from '@faasm/stdx';
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
import { CONCURRENCY_CASES } from './call-queue-concurrency.contract.ts';
import { FAIRNESS_CASES } from './call-queue-fairness.contract.ts';
import { LEASE_CASES } from './call-queue-leases.contract.ts';
import { LIFE_CYCLE_CASES } from './call-life-cycle.contract.ts';
import type { CallQueue } from './call-queue.ts';

/** Registers the tests that every {@link CallQueue} passes, together with the {@link ResultStore} on the same store. */
export function callQueueContract(name: string, makeBackend: MakeBackend): void {
  registerCases(`${name} as CallQueue`, makeBackend, {
    ...SUBMIT_AND_TAKE_CASES,
    ...BOUND_CASES,
    ...FAIRNESS_CASES,
    ...LEASE_CASES,
    ...END_CASES,
    ...CONCURRENCY_CASES,
    ...LIFE_CYCLE_CASES,
  });
}

async function submitted(queue: CallQueue, given: Partial<Call> = {}): Promise<Call> {
  const call = sampleCall(given);
  await queue.submit(call);
  return call;
}

const SUBMIT_AND_TAKE_CASES: Record<string, BackendCase> = {
  'CallQueue.take gives calls in the order of their submission, at most as many as asked for': async (
    open,
  ) => {
    const { queue } = await open();
    const ids: CallId[] = [];
    for (let i = 0; i < 5; i++) ids.push((await submitted(queue)).id);
    const first = await queue.take({ max: 3, signal: never() });
    const second = await queue.take({ max: 3, signal: never() });
    assert.deepEqual([first.length, second.length], [3, 2]);
    assert.deepEqual(
      [...first, ...second].map(({ call }) => call.id),
      ids,
    );
    assert.deepEqual(new Set([...first, ...second].map(({ delivery }) => delivery)), new Set([1]));
  },

  'CallQueue.take gives a call as it was submitted, its input byte for byte': async (open) => {
    const { queue } = await open();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const calls = [
      sampleCall({ input: ALL_BYTES, traceparent, arguments: ['-v', '', 'grüß dich'] }),
      sampleCall({ input: new Uint8Array(0), kind: 'sync', function: { user: 'a.b_c-d', name: '0' } }),
    ];
    for (const call of calls) {
      await queue.submit(call);
      const { call: taken } = await takeOne(queue);
      assert.deepEqual({ ...taken, input: [...taken.input] }, { ...call, input: [...call.input] });
    }
  },

  'CallQueue.take waits for the first call, which goes to one of those who wait': async (open) => {
    const backend = await open();
    const other = await backend.join();
    const taken = [takeOne(backend.queue), takeOne(other.queue)];
    const calls = [await submitted(backend.queue), await submitted(other.queue)];
    const ids = (await Promise.all(taken)).map((lease) => lease.call.id);
    assert.deepEqual(new Set(ids), new Set(calls.map(({ id }) => id)));
  },

  'CallQueue.take answers with nothing once its signal aborts': async (open) => {
    const { queue } = await open();
    assert.deepEqual(await queue.take({ max: 1, signal: AbortSignal.abort() }), []);
    const stop = new AbortController();
    const taking = queue.take({ max: 1, signal: stop.signal });
    stop.abort();
    assert.deepEqual(await taking, []);
    await submitted(queue);
    assert.deepEqual(await queue.take({ max: 1, signal: AbortSignal.abort() }), []);
    assert.equal((await queue.counts()).queued, 1);
  },

  'CallQueue.take that is aborted while a call comes returns it or leaves it queued': async (open) => {
    const { queue } = await open();
    for (let round = 0; round < 50; round++) {
      const stop = new AbortController();
      const taking = queue.take({ max: 1, signal: stop.signal });
      const submitting = submitted(queue);
      if (round % 2 === 0) await new Promise(setImmediate);
      stop.abort();
      const call = await submitting;
      const [lease = await takeOne(queue)] = await taking;
      assert.equal(lease.call.id, call.id);
      assert.ok(await queue.settle(lease, sampleResult(call)));
    }
    assert.deepEqual(await queue.counts(), { accepted: 50, queued: 0, running: 0, done: 50, dead: 0 });
  },

  'CallQueue.take that is aborted while a call comes leaves none to nobody while another waits': async (
    open,
  ) => {
    const backend = await open();
    const other = await backend.join();
    for (let round = 0; round < 20; round++) {
      const [stop, stopOther] = [new AbortController(), new AbortController()];
      const first = backend.queue.take({ max: 1, signal: stop.signal });
      const second = other.queue.take({ max: 1, signal: stopOther.signal });
      const submitting = submitted(backend.queue);
      stop.abort();
      const call = await submitting;
      const [early] = await first;
      if (early !== undefined) stopOther.abort();
      const lease = early ?? (await second)[0];
      assert.equal(lease?.call.id, call.id);
      assert.deepEqual(await second, early === undefined ? [lease] : []);
    }
  },

  'CallQueue.ping answers true, and counts begin at nothing': async (open) => {
    const { queue } = await open();
    assert.equal(await queue.ping(), true);
    assert.deepEqual(await queue.counts(), { accepted: 0, queued: 0, running: 0, done: 0, dead: 0 });
  },
};

const BOUND_CASES: Record<string, BackendCase> = {
  'CallQueue.submit refuses a call beyond the bound on queued calls, until one is taken': async (open) => {
    const { queue } = await open({ queuedCallsMax: 2 });
    await submitted(queue);
    await submitted(queue);
    const refusal = { code: 'queue.full', message: /2/, retryAfterSeconds: 1 };
    await assert.rejects(async () => await queue.submit(sampleCall()), refusal);
    assert.deepEqual(await queue.counts(), { accepted: 2, queued: 2, running: 0, done: 0, dead: 0 });
    await takeOne(queue);
    await submitted(queue);
    await assert.rejects(async () => await queue.submit(sampleCall()), refusal);
  },

  "CallQueue.submit refuses a user's call beyond the bound on outstanding ones, until one has ended": async (
    open,
  ) => {
    const { queue } = await open({ outstandingCallsPerUserMax: 2 });
    const mine = { function: { user: 'mine', name: 'echo' } };
    const refusal = { code: 'user.limit', message: /mine.* 2 /, retryAfterSeconds: 1 };
    const first = await submitted(queue, mine);
    const lease = await takeOne(queue);
    const second = await submitted(queue, mine);
    await assert.rejects(async () => await queue.submit(sampleCall(mine)), refusal);
    await submitted(queue, { function: { user: 'other', name: 'echo' } });
    assert.ok(await queue.settle(lease, sampleResult(first)));
    await submitted(queue, mine);
    await assert.rejects(async () => await queue.submit(sampleCall(mine)), refusal);
    assert.equal(await queue.end(second.id, 'call.cancelled'), 'ended');
    await submitted(queue, mine);
    assert.deepEqual(await queue.counts(), { accepted: 5, queued: 3, running: 0, done: 2, dead: 0 });
  },

  'CallQueue.submit leaves room for others, however many calls a user has or many users flood': async (
    open,
  ) => {
    const { queue } = await open({ queuedCallsMax: 30 });
    for (const [user, share] of [
      ['first', 16],
      ['second', 8],
      ['third', 4],
    ] as const) {
      for (let i = 0; i < share; i++) await submitted(queue, { function: { user, name: 'echo' } });
      const refusal = { code: 'queue.full', message: new RegExp(`${user}.*30`), retryAfterSeconds: 1 };
      await assert.rejects(
        async () => await queue.submit(sampleCall({ function: { user, name: 'echo' } })),
        refusal,
      );
    }
    await submitted(queue, { function: { user: 'modest', name: 'echo' } });
  },

  'CallQueue.submit gives a user with a larger weight more of the room': async (open) => {
    const { queue } = await open({ queuedCallsMax: 20, weightOf: (user) => (user === 'heavy' ? 3 : 1) });
    const heavy = { function: { user: 'heavy', name: 'echo' } };
    for (let i = 0; i < 16; i++) await submitted(queue, heavy);
    await assert.rejects(async () => await queue.submit(sampleCall(heavy)), { code: 'queue.full' });
  },

  'CallQueue.submit refuses inputs and arguments beyond the bound on bytes, until a call has ended': async (
    open,
  ) => {
    const { queue } = await open({ queuedBytesMax: 1_000 });
    const sized = (user: string, bytes: number): Partial<Call> => ({
      function: { user, name: 'echo' },
      input: new Uint8Array(bytes),
    });
    const first = await submitted(queue, sized('a', 600));
    const refusal = { code: 'queue.full', message: /401 bytes.*1000 bytes/, retryAfterSeconds: 1 };
    await assert.rejects(async () => await queue.submit(sampleCall(sized('b', 401))), refusal);
    const share = { code: 'queue.full', message: /User a .*1000 bytes/, retryAfterSeconds: 1 };
    await assert.rejects(async () => await queue.submit(sampleCall(sized('a', 1))), share);
    await submitted(queue, sized('a', 0));
    const lease = await takeOne(queue);
    await assert.rejects(async () => await queue.submit(sampleCall(sized('b', 401))), refusal);
    assert.ok(await queue.release(lease));
    const again = await takeOne(queue);
    assert.equal(again.call.id, first.id);
    assert.ok(await queue.settle(again, sampleResult(first)));
    const second = await submitted(queue, { ...sized('b', 900), arguments: ['a'.repeat(100)] });
    await assert.rejects(async () => await queue.submit(sampleCall(sized('c', 1))), { code: 'queue.full' });
    assert.equal(await queue.end(second.id, 'call.cancelled'), 'ended');
    await submitted(queue, sized('c', 1_000));
  },

  'CallQueue.checkRoom throws what submit would throw, and takes no room': async (open) => {
    const { queue } = await open({ queuedCallsMax: 1, queuedBytesMax: 10, outstandingCallsPerUserMax: 1 });
    const wanted = { user: 'one', inputBytes: 10 };
    for (let i = 0; i < 3; i++) await queue.checkRoom(wanted);
    await assert.rejects(queue.checkRoom({ ...wanted, inputBytes: 11 }), {
      code: 'queue.full',
      message: /11/,
    });
    await submitted(queue, { function: { user: 'one', name: 'echo' } });
    await assert.rejects(queue.checkRoom(wanted), { code: 'user.limit', retryAfterSeconds: 1 });
    await assert.rejects(queue.checkRoom({ ...wanted, user: 'two' }), {
      code: 'queue.full',
      retryAfterSeconds: 1,
    });
  },
};

const END_CASES: Record<string, BackendCase> = {
  'CallQueue.end ends a queued call, which nobody takes any more': async (open) => {
    const { queue, results } = await open();
    const ended = await submitted(queue, { input: ALL_BYTES });
    const next = await submitted(queue);
    assert.equal(await queue.end(ended.id, 'call.cancelled'), 'ended');
    assert.equal((await takeOne(queue)).call.id, next.id);
    const status = await results.status(ended.id);
    assert.equal(status?.state, 'done');
    assert.partialDeepStrictEqual(status.result?.outcome, { type: 'error', code: 'call.cancelled' });
    assert.deepEqual(await queue.counts(), { accepted: 2, queued: 0, running: 1, done: 1, dead: 0 });
  },

  'CallQueue.end ends a running call, whose lease is void from then on (I3)': async (open) => {
    const backend = await open();
    const { queue, results } = backend;
    const call = await submitted(queue);
    const lease = await takeOne(queue);
    assert.equal(await (await backend.join()).queue.end(call.id, 'call.deadline'), 'ended');
    assert.equal(await queue.renew(lease), false);
    assert.equal(await queue.release(lease), false);
    assert.equal(await queue.settle(lease, sampleResult(call)), false);
    const status = await results.status(call.id);
    assert.partialDeepStrictEqual(status?.result?.outcome, { type: 'error', code: 'call.deadline' });
    assert.deepEqual(await queue.counts(), { accepted: 1, queued: 0, running: 0, done: 1, dead: 0 });
  },

  'CallQueue.end changes nothing about a call that has ended, and knows no others (I2)': async (open) => {
    const { queue, results } = await open();
    const call = await submitted(queue);
    await queue.settle(await takeOne(queue), sampleResult(call));
    assert.equal(await queue.end(call.id, 'call.cancelled'), 'already_done');
    assert.deepEqual((await results.status(call.id))?.result?.outcome, { type: 'success' });
    assert.equal(await queue.end(sampleCall().id, 'call.cancelled'), 'unknown');
    assert.deepEqual(await queue.counts(), { accepted: 1, queued: 0, running: 0, done: 1, dead: 0 });
  },

  'CallQueue.onEnded tells of ended calls until it is unsubscribed': async (open) => {
    const backend = await open();
    const { queue } = await backend.join();
    const told = deferred<CallId>();
    const ids = new Set<CallId>();
    const unsubscribe = backend.queue.onEnded((id) => {
      told.resolve(id);
    });
    // A subscription may take its time, so calls are ended until it tells of one.
    const heard = told.promise.then(() => true);
    while (!(await Promise.race([heard, new Promise<false>((tick) => setTimeout(tick, 5, false))]))) {
      const { id } = await submitted(queue);
      ids.add(id);
      assert.equal(await queue.end(id, 'call.cancelled'), 'ended');
    }
    assert.ok(ids.has(await told.promise));
    unsubscribe();
    backend.queue.onEnded(() => undefined)();
  },
};
