import { encodeCall, type Call, type CallResult } from '@faasm/protocol';
import { sampleCall, sampleResult, takeOne } from '@faasm/scheduler/contracts';
import { text } from '@faasm/stdx';
import { startRedis } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, test } from 'node:test';
import { callKey, GROUP, KEYS, QUEUE_KEYS, replyKey } from './keys.ts';
import { REPLY_TTL_MS, SYNC_RESULT_TTL_MS, type RedisBackendOptions } from './redis-backend-options.ts';
import type { RedisBackend } from './redis-backend.ts';
import { SCRIPTS } from './script.ts';
import { connectBackend, connectRaw, until, type RawClient } from './redis-under-test.ts';

/** Leases this short run out while a test waits for nothing else. */
const SHORT = { leaseMs: 100, deliveriesMax: 2 };

/** After this a test that waits for what never comes has failed. */
const options = { timeout: 60_000 };

const server = await startRedis();
let raw: RawClient;
let opened: RedisBackend[] = [];

beforeEach(async () => {
  raw = await connectRaw(server);
});
afterEach(async () => {
  await Promise.all(opened.map(async (backend) => await backend.close()));
  opened = [];
  raw.destroy();
});
after(async () => {
  await server.stop();
});

async function connect(given: Partial<RedisBackendOptions> = {}): Promise<RedisBackend> {
  const backend = await connectBackend(server, given);
  opened.push(backend);
  return backend;
}

async function submitted(backend: RedisBackend, given: Partial<Call> = {}): Promise<Call> {
  const call = sampleCall(given);
  await backend.submit(call);
  return call;
}

/** The result that the call ends with while `worker` looks for calls and gets none. */
async function endWhileLooking(worker: RedisBackend, call: Call): Promise<CallResult | undefined> {
  const stop = new AbortController();
  const looking = worker.take({ max: 1, signal: stop.signal });
  const status = await worker.wait(call.id, AbortSignal.timeout(20_000));
  stop.abort();
  assert.deepEqual(await looking, []);
  return status?.result;
}

test(
  'RedisBackend gives the call of a silent worker to another, and refuses the first one (I3)',
  options,
  async () => {
    const silent = await connect(SHORT);
    const next = await connect(SHORT);
    const call = await submitted(silent);
    const old = await takeOne(silent);
    const taken = await takeOne(next);
    assert.deepEqual([taken.call.id, taken.delivery], [call.id, 2]);
    assert.deepEqual([...taken.call.input], [...call.input]);
    assert.equal(await silent.renew(old), false);
    assert.equal(await silent.release(old), false);
    assert.equal(await silent.settle(old, sampleResult(call, Uint8Array.of(1))), false);
    assert.equal(await next.settle({ ...taken, token: old.token }, sampleResult(call)), false);
    assert.equal((await next.status(call.id))?.state, 'running');
    assert.equal(await next.settle(taken, sampleResult(call, Uint8Array.of(2))), true);
    assert.deepEqual([...((await silent.status(call.id))?.result?.output ?? [])], [2]);
  },
);

test('RedisBackend refuses a lease from any process but the one that took it (I3)', options, async () => {
  const holder = await connect();
  const other = await connect();
  const call = await submitted(holder);
  const lease = await takeOne(holder);
  assert.equal(await other.renew(lease), false);
  assert.equal(await other.release(lease), false);
  assert.equal(await other.settle(lease, sampleResult(call)), false);
  assert.equal(await holder.settle(lease, sampleResult(call)), true);
});

test(
  'RedisBackend.renew starts the time of a lease anew, and leaves its delivery as it is',
  options,
  async () => {
    const holder = await connect();
    await submitted(holder);
    const lease = await takeOne(holder);
    const idleMs = async (): Promise<number> =>
      (await raw.xPendingRange(KEYS.stream, GROUP, '-', '+', 1))[0]?.millisecondsSinceLastDelivery ?? 0;
    await until(async () => (await idleMs()) > 300);
    const before = await idleMs();
    assert.equal(await holder.renew(lease), true);
    assert.ok((await idleMs()) < before);
    const [pending] = await raw.xPendingRange(KEYS.stream, GROUP, '-', '+', 1);
    assert.equal(pending?.deliveriesCounter, 1);
  },
);

test(
  'RedisBackend ends an asynchronous call whose deliveries were all lost, as dead (I2, I4)',
  options,
  async () => {
    const workers = [await connect(SHORT), await connect(SHORT), await connect(SHORT)] as const;
    const call = await submitted(workers[0]);
    assert.equal((await takeOne(workers[0])).delivery, 1);
    assert.equal((await takeOne(workers[1])).delivery, 2);
    const result = await endWhileLooking(workers[2], call);
    assert.partialDeepStrictEqual(result?.outcome, { type: 'error', code: 'call.host_lost' });
    assert.deepEqual(await workers[2].counts(), { accepted: 1, queued: 0, running: 0, done: 0, dead: 1 });
    assert.equal(await raw.exists(KEYS.outstanding), 0);
  },
);

test('RedisBackend never gives a synchronous call to a second worker', options, async () => {
  const silent = await connect(SHORT);
  const next = await connect(SHORT);
  const call = await submitted(silent, { kind: 'sync' });
  await takeOne(silent);
  const result = await endWhileLooking(next, call);
  assert.partialDeepStrictEqual(result?.outcome, { type: 'error', code: 'call.host_lost' });
  assert.deepEqual(await next.counts(), { accepted: 1, queued: 0, running: 0, done: 1, dead: 0 });
});

test(
  'RedisBackend does not count a call that was handed back as lost, but remembers those that were',
  options,
  async () => {
    const worker = await connect({ ...SHORT, leaseMs: 60_000 });
    const call = await submitted(worker);
    for (let delivery = 1; delivery <= 4; delivery++) {
      const lease = await takeOne(worker);
      assert.equal(lease.delivery, delivery);
      assert.ok(await worker.release(lease));
    }
    const silent = await connect(SHORT);
    assert.equal((await takeOne(silent)).delivery, 5);
    const next = await connect(SHORT);
    const sixth = await takeOne(next);
    assert.equal(sixth.delivery, 6);
    assert.ok(await next.release(sixth));
    assert.equal((await takeOne(await connect(SHORT))).delivery, 7);
    const result = await endWhileLooking(await connect(SHORT), call);
    assert.partialDeepStrictEqual(result?.outcome, { type: 'error', code: 'call.host_lost' });
  },
);

test(
  'RedisBackend finds a call whose delivery was lost with the connection, before its lease runs out',
  options,
  async () => {
    const worker = await connect();
    const kept = await submitted(worker).then(async () => await takeOne(worker));
    const lost = await submitted(worker, { kind: 'sync' });
    const [consumer] = await raw.xInfoConsumers(KEYS.stream, GROUP);
    const args = [GROUP, consumer?.name ?? '', '1', '0'];
    await raw.eval(SCRIPTS.take.source, { keys: [...QUEUE_KEYS], arguments: args });
    const taking = worker.take({ max: 1, signal: new AbortController().signal });
    const refused = assert.rejects(taking, { code: 'queue.unavailable' });
    const blocked = async (): Promise<number | undefined> =>
      (await raw.clientList()).find(
        ({ name, cmd }) => name === `${consumer?.name}:calls` && cmd === 'xreadgroup',
      )?.id;
    await until(async () => (await blocked()) !== undefined);
    await raw.clientKill({ filter: 'ID', id: (await blocked()) ?? 0 });
    await refused;
    const found = await worker.take({ max: 5, signal: AbortSignal.timeout(20_000) });
    assert.deepEqual(
      found.map(({ call, delivery }) => [call.id, delivery]),
      [[lost.id, 1]],
    );
    for (const lease of [...found, kept]) assert.ok(await worker.settle(lease, sampleResult(lease.call)));
  },
);

test('RedisBackend ends a call that it cannot read, and runs those that came with it', options, async () => {
  const worker = await connect();
  const unreadable = await submitted(worker);
  const call = Buffer.from(encodeCall(unreadable));
  call[0] = 255;
  await raw.hSet(callKey(unreadable.id), 'call', call);
  const readable = await submitted(worker);
  const leases = await worker.take({ max: 5, signal: new AbortController().signal });
  assert.deepEqual(
    leases.map((lease) => lease.call.id),
    [readable.id],
  );
  const outcome = (await worker.status(unreadable.id))?.result?.outcome;
  assert.partialDeepStrictEqual(outcome, { type: 'error', code: 'server.internal' });
  assert.match(outcome?.type === 'error' ? outcome.message : '', /version 255/);
});

test(
  'RedisBackend removes the consumers of processes that are gone, but not while they hold calls',
  options,
  async () => {
    const worker = await connect({ ...SHORT, leaseMs: 20 });
    await submitted(worker);
    const holder = await connect({ leaseMs: 60_000 });
    await takeOne(holder);
    await raw.xGroupCreateConsumer(KEYS.stream, GROUP, 'killed-long-ago');
    const names = async (): Promise<unknown[]> =>
      (await raw.xInfoConsumers(KEYS.stream, GROUP)).map(({ name }) => name);
    assert.equal((await names()).length, 2);
    const stop = new AbortController();
    const taken: number[] = [];
    const looking = (async () => {
      while (!stop.signal.aborted) taken.push((await worker.take({ max: 1, signal: stop.signal })).length);
    })();
    await until(async () => !(await names()).includes('killed-long-ago'));
    stop.abort();
    await looking;
    await holder.close();
    await worker.close();
    opened = [];
  },
);

test('RedisBackend leaves no consumer behind when it closes with nothing in hand', options, async () => {
  const [leaving, busy] = [await connect(), await connect()];
  await submitted(leaving);
  await submitted(leaving);
  const first = await takeOne(leaving);
  const lease = await takeOne(busy);
  assert.ok(await leaving.settle(first, sampleResult(first.call)));
  assert.equal((await raw.xInfoConsumers(KEYS.stream, GROUP)).length, 2);
  await leaving.close();
  opened = [busy];
  assert.equal((await raw.xInfoConsumers(KEYS.stream, GROUP)).length, 1);
  assert.ok(await busy.settle(lease, sampleResult(lease.call)));
});

test('RedisBackend bounds how long results, and replies to edges that died, stay', options, async () => {
  const backend = await connect({ resultTtlMs: 5_000_000 });
  const later = await submitted(backend);
  const now = await submitted(backend, { kind: 'sync' });
  await raw.hSet(callKey(later.id), 'kind', 'async');
  await raw.sAdd(`faasm:waiters:${later.id}`, replyKey('edge-that-died'));
  for (const lease of await backend.take({ max: 2, signal: new AbortController().signal }))
    await backend.settle(lease, sampleResult(lease.call));
  for (const [key, ttlMs] of [
    [callKey(later.id), 5_000_000],
    [callKey(now.id), SYNC_RESULT_TTL_MS],
    [replyKey('edge-that-died'), REPLY_TTL_MS],
  ] as const) {
    const left = await raw.pTTL(key);
    assert.ok(left > ttlMs - 30_000 && left <= ttlMs, `${key}: ${left}`);
  }
  assert.equal(await raw.exists(`faasm:waiters:${later.id}`), 0);
});

test(
  'RedisBackend offers one call to each worker that listens, and lets the others wait in turns',
  options,
  async () => {
    const backend = await connect();
    const listen = async (consumer: string, ms: number): Promise<unknown> =>
      await raw.eval(SCRIPTS.take.source, {
        keys: [...QUEUE_KEYS],
        arguments: [GROUP, consumer, '5', String(ms)],
      });
    for (const [consumer, ms] of [
      ['first', 60_000],
      ['second', 60_000],
      ['gave-up', -1],
    ] as const) {
      assert.deepEqual(await listen(consumer, ms), []);
    }
    const calls = [];
    for (let i = 0; i < 5; i++) calls.push(await submitted(backend));
    assert.equal(await raw.xLen(KEYS.stream), 2);
    assert.equal((await backend.counts()).queued, 5);
    const read = async (consumer: string): Promise<number | undefined> =>
      (await raw.xReadGroup(GROUP, consumer, { key: KEYS.stream, id: '>' }, { COUNT: 1 }))?.[0]?.messages
        .length;
    assert.deepEqual([await read('first'), await read('second')], [1, 1]);
    // Both may listen again any moment, so that the next call brings two others forward.
    calls.push(await submitted(backend));
    assert.equal(await raw.xLen(KEYS.stream), 4);
    const taken = await backend.take({ max: 9, signal: AbortSignal.timeout(20_000) });
    assert.deepEqual(
      taken.map(({ call }) => call.id),
      calls.slice(2).map(({ id }) => id),
    );
  },
);

test(
  'RedisBackend.takeOther puts a call back that is on offer and not for it, as if nothing had been',
  options,
  async () => {
    const backend = await connect();
    const listening = { keys: [...QUEUE_KEYS], arguments: [GROUP, 'listener', '5', '60000'] };
    assert.deepEqual(await raw.eval(SCRIPTS.take.source, listening), []);
    const offered = await submitted(backend, { function: { user: 'passed-over', name: 'echo' } });
    assert.equal(await raw.xLen(KEYS.stream), 1);
    const except = new Set(['passed-over']);
    assert.equal(await backend.takeOther(except), undefined);
    const other = await submitted(backend, { function: { user: 'other', name: 'echo' } });
    assert.equal((await backend.takeOther(except))?.call.id, other.id);
    const counts = { accepted: 2, queued: 1, running: 1, done: 0, dead: 0 };
    assert.deepEqual(await backend.counts(), counts);
    // The other worker still listens, so that the call is on offer again.
    assert.equal(await raw.xLen(KEYS.stream), 2);
    const { call, delivery } = await takeOne(backend);
    assert.deepEqual([call.id, text(call.input), delivery], [offered.id, text(offered.input), 1]);
  },
);
