import type { Call, CallResult } from '@faasm/protocol';
import {
  callQueueContract,
  hostRegistryContract,
  resultStoreContract,
  sampleCall,
  sampleResult,
  takeOne,
  type BackendLimits,
  type BackendUnderTest,
} from '@faasm/scheduler/contracts';
import { utf8 } from '@faasm/stdx';
import { startRedis, type RedisServer } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createClient } from 'redis';
import { RedisBackend } from './redis-backend.ts';
import type { RedisBackendOptions } from './redis-backend-options.ts';
import { RedisHostRegistry } from './redis-host-registry.ts';

let redis: RedisServer;
let incarnations = 0;

before(async () => {
  redis = await startRedis({ appendonly: true, settings: { appendfsync: 'always' } });
});

after(async () => {
  await redis.stop();
});

/** Another process's backend on the server of this file, once it is connected. */
async function connect(given: Partial<RedisBackendOptions> = {}): Promise<RedisBackend> {
  const backend = RedisBackend.connect({
    host: redis.host,
    port: redis.port,
    incarnation: `test-${(incarnations += 1)}`,
    queuedCallsMax: 100_000,
    outstandingCallsPerUserMax: 100_000,
    resultTtlMs: 60_000,
    leaseMs: 60_000,
    deliveriesMax: 3,
    onError: () => undefined,
    ...given,
  });
  await answering(backend);
  return backend;
}

/** Waits until commands go through: connecting is not awaited by anything else. */
async function answering(backend: { ping(): Promise<true> }): Promise<void> {
  for (;;) {
    try {
      await backend.ping();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

async function empty(): Promise<void> {
  const client = await createClient({ socket: { host: redis.host, port: redis.port } }).connect();
  await client.flushAll();
  client.destroy();
}

async function makeBackend(limits: BackendLimits): Promise<BackendUnderTest> {
  await empty();
  const opened: RedisBackend[] = [];
  const join = async (): Promise<{ queue: RedisBackend; results: RedisBackend }> => {
    const backend = await connect(limits);
    opened.push(backend);
    return { queue: backend, results: backend };
  };
  const close = async (): Promise<void> => {
    for (const backend of opened) await backend.close();
  };
  return { ...(await join()), join, close };
}

callQueueContract('RedisBackend', makeBackend);
resultStoreContract('RedisBackend', makeBackend);

hostRegistryContract('RedisHostRegistry', async ({ ttlMs }) => {
  await empty();
  const opened: RedisHostRegistry[] = [];
  const join = async (): Promise<RedisHostRegistry> => {
    const { host, port } = redis;
    const registry = RedisHostRegistry.connect({ host, port, name: 'test', ttlMs, onError: () => undefined });
    await answering(registry);
    opened.push(registry);
    return registry;
  };
  const close = async (): Promise<void> => {
    for (const registry of opened) await registry.close();
  };
  return { registry: await join(), join, close };
});

/** Leases this short run out while a test waits for nothing else. */
const SHORT_LEASE_MS = 100;

test('RedisBackend gives a call of a silent worker to another, and refuses the first one (I3)', async () => {
  await empty();
  const [silent, next] = [
    await connect({ leaseMs: SHORT_LEASE_MS }),
    await connect({ leaseMs: SHORT_LEASE_MS }),
  ];
  const call = sampleCall();
  await silent.submit(call);
  const old = await takeOne(silent);
  const taken = await takeOne(next);
  assert.equal(taken.delivery, 2);
  assert.deepEqual(Buffer.from(taken.call.input), Buffer.from(call.input));
  assert.equal(await silent.renew(old), false);
  assert.equal(await silent.settle(old, sampleResult(call, utf8('late'))), false);
  assert.equal(await next.settle(taken, sampleResult(call, utf8('in time'))), true);
  assert.deepEqual(Buffer.from((await next.status(call.id))?.result?.output ?? []), Buffer.from('in time'));
  await silent.close();
  await next.close();
});

test('RedisBackend.renew keeps a lease beyond its time', async () => {
  await empty();
  const [holder, other] = [
    await connect({ leaseMs: SHORT_LEASE_MS }),
    await connect({ leaseMs: SHORT_LEASE_MS }),
  ];
  await holder.submit(sampleCall());
  const lease = await takeOne(holder);
  const stop = new AbortController();
  const stolen = other.take({ max: 1, signal: stop.signal });
  const until = performance.now() + 5 * SHORT_LEASE_MS;
  while (performance.now() < until) assert.equal(await holder.renew(lease), true);
  stop.abort();
  assert.deepEqual(await stolen, []);
  assert.equal(await holder.settle(lease, sampleResult(lease.call)), true);
  await holder.close();
  await other.close();
});

/** Takes a call and goes silent, `times` times; then looks once more, so that somebody notices. */
async function goSilent(call: Call, times: number): Promise<CallResult | undefined> {
  const backends: RedisBackend[] = [];
  for (let i = 0; i < times; i++) {
    const backend = await connect({ leaseMs: SHORT_LEASE_MS, deliveriesMax: 2 });
    backends.push(backend);
    if (i === 0) await backend.submit(call);
    await takeOne(backend);
  }
  const last = await connect({ leaseMs: SHORT_LEASE_MS, deliveriesMax: 2 });
  const stop = new AbortController();
  const none = last.take({ max: 1, signal: stop.signal });
  const status = await last.wait(call.id, AbortSignal.timeout(20_000));
  stop.abort();
  assert.deepEqual(await none, []);
  const counts = await last.counts();
  assert.equal(counts.accepted, counts.queued + counts.running + counts.done + counts.dead);
  assert.equal(counts.dead, call.kind === 'async' ? 1 : 0);
  for (const backend of [...backends, last]) await backend.close();
  return status?.result;
}

test('RedisBackend ends an asynchronous call as host_lost when its deliveries are used up (I2, I4)', async () => {
  await empty();
  const result = await goSilent(sampleCall(), 2);
  assert.equal(result?.outcome.type === 'error' ? result.outcome.code : '', 'call.host_lost');
});

test('RedisBackend never gives a synchronous call to a second worker', async () => {
  await empty();
  const result = await goSilent(sampleCall({ kind: 'sync' }), 1);
  assert.equal(result?.outcome.type === 'error' ? result.outcome.code : '', 'call.host_lost');
});

test('RedisBackend keeps what was accepted when Redis is killed, and waits across it (I1, I2)', async () => {
  await empty();
  const [edge, worker] = [await connect(), await connect()];
  const calls = Array.from({ length: 20 }, () => sampleCall());
  for (const call of calls) await edge.submit(call);
  const ends = calls.map(async ({ id }) => await edge.wait(id, AbortSignal.timeout(20_000)));
  await redis.kill();
  await assert.rejects(edge.submit(sampleCall()), { code: 'queue.unavailable' });
  await redis.restart();
  await answering(worker);
  for (let left = calls.length; left > 0; left--) {
    const lease = await takeOne(worker);
    assert.equal(await worker.settle(lease, sampleResult(lease.call, utf8(lease.call.id))), true);
  }
  for (const status of await Promise.all(ends)) {
    assert.equal(Buffer.from(status?.result?.output ?? []).toString(), status?.id);
  }
  await edge.close();
  await worker.close();
});

test('RedisBackend answers queue.unavailable while Redis hangs, and recovers by itself', async () => {
  await empty();
  const backend = await connect();
  redis.freeze();
  await assert.rejects(backend.counts(), { code: 'queue.unavailable' });
  redis.thaw();
  await answering(backend);
  await backend.submit(sampleCall());
  await takeOne(backend);
  await backend.close();
});
