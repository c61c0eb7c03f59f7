import { encodeCallResult } from '@faasm/protocol';
import { sampleCall, sampleResult, takeOne } from '@faasm/scheduler/contracts';
import { startRedis, type RedisServer } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callKey } from './keys.ts';
import type { RedisBackendOptions } from './redis-backend-options.ts';
import type { RedisBackend } from './redis-backend.ts';
import { RedisHostRegistry } from './redis-host-registry.ts';
import { answering, connectBackend, connectRaw } from './redis-under-test.ts';

/** After this a test that waits for what never comes has failed. */
const options = { timeout: 90_000 };

interface World {
  readonly server: RedisServer;
  readonly connect: (given?: Partial<RedisBackendOptions>) => Promise<RedisBackend>;
}

/** Runs a test on a server of its own, which it may take down. */
async function onServer(
  settings: Record<string, string>,
  run: (world: World) => Promise<void>,
): Promise<void> {
  const server = await startRedis({
    appendonly: true,
    // With everysec Redis may put off even the write to its file while the disk is busy.
    settings: { appendfsync: 'always', ...settings },
  });
  const opened: RedisBackend[] = [];
  const connect = async (given?: Partial<RedisBackendOptions>): Promise<RedisBackend> => {
    const backend = await connectBackend(server, given);
    opened.push(backend);
    return backend;
  };
  try {
    await run({ server, connect });
  } finally {
    await Promise.all(opened.map(async (backend) => await backend.close()));
    await server.stop();
  }
}

test(
  'RedisBackend is durable: what was accepted survives kill -9 of Redis, and waits go on (I1, I2)',
  options,
  async () => {
    await onServer({}, async ({ server, connect }) => {
      const [edge, worker] = [await connect(), await connect()];
      assert.equal(edge.durable, true);
      const calls = Array.from({ length: 20 }, (_, i) =>
        sampleCall({ kind: i % 2 === 0 ? 'sync' : 'async' }),
      );
      for (const call of calls) await edge.submit(call);
      const running = await worker.take({ max: 5, signal: new AbortController().signal });
      const signal = AbortSignal.timeout(60_000);
      const ends = calls.map(async ({ id }) => await edge.wait(id, signal));
      await edge.counts();
      await server.kill();
      const refusal = {
        code: 'queue.unavailable',
        retryAfterSeconds: 1,
        message: new RegExp(`${server.host}:${server.port}`),
      };
      await assert.rejects(async () => await edge.submit(sampleCall()), refusal);
      await assert.rejects(edge.counts(), refusal);
      await assert.rejects(
        worker.settle(running[0] ?? assert.fail(), sampleResult(calls[0] ?? assert.fail())),
        refusal,
      );
      await server.restart();
      await Promise.all([answering(edge), answering(worker)]);
      assert.deepEqual(await edge.counts(), { accepted: 20, queued: 15, running: 5, done: 0, dead: 0 });
      for (const lease of running)
        assert.ok(await worker.settle(lease, sampleResult(lease.call, Buffer.from(lease.call.id))));
      for (let left = 15; left > 0; left--) {
        const lease = await takeAgain(worker);
        assert.ok(await worker.settle(lease, sampleResult(lease.call, Buffer.from(lease.call.id))));
      }
      const answers = await Promise.all(ends);
      assert.ok(!signal.aborted, 'A result was found only when its wait was given up');
      for (const [i, end] of answers.entries()) {
        assert.equal(Buffer.from(end?.result?.output ?? []).toString(), calls[i]?.id);
      }
      assert.equal((await edge.counts()).done, 20);
    });
  },
);

/** Takes a call, although the connection for that may not be back yet. */
async function takeAgain(worker: RedisBackend): ReturnType<typeof takeOne> {
  for (;;) {
    try {
      return await takeOne(worker);
    } catch (error) {
      if ((error as { code?: string }).code !== 'queue.unavailable') throw error;
      await new Promise((tick) => setTimeout(tick, 10));
    }
  }
}

test('RedisBackend.wait finds a result whose reply was lost with the connection (I2)', options, async () => {
  await onServer({}, async ({ server, connect }) => {
    const edge = await connect();
    const call = sampleCall({ kind: 'sync' });
    await edge.submit(call);
    const patience = AbortSignal.timeout(60_000);
    const waiting = edge.wait(call.id, patience);
    await edge.counts();
    // The result is there and the reply is not, as if it had been on its way when the connection broke.
    const raw = await connectRaw(server, { empty: false });
    await raw.hSet(
      callKey(call.id),
      'result',
      Buffer.from(encodeCallResult(sampleResult(call, Uint8Array.of(7)))),
    );
    raw.destroy();
    await server.kill();
    await server.restart();
    assert.deepEqual([...((await waiting)?.result?.output ?? [])], [7]);
    assert.ok(!patience.aborted, 'The result was found only when the wait was given up');
  });
});

test('RedisBackend.wait ends, knowing nothing, when Redis has lost the call', options, async () => {
  await onServer({ appendonly: 'no' }, async ({ server, connect }) => {
    const edge = await connect();
    const call = sampleCall();
    await edge.submit(call);
    const patience = AbortSignal.timeout(60_000);
    const waiting = edge.wait(call.id, patience);
    await edge.counts();
    await server.kill();
    await server.restart();
    assert.equal(await waiting, undefined);
    assert.ok(!patience.aborted, 'The wait ended only when it was given up');
    await answering(edge);
    const next = sampleCall();
    await edge.submit(next);
    assert.equal((await takeAgain(edge)).call.id, next.id);
  });
});

test('RedisBackend refuses at once while Redis hangs, and recovers by itself', options, async () => {
  await onServer({}, async ({ server, connect }) => {
    const backend = await connect();
    server.freeze();
    await assert.rejects(backend.counts(), {
      code: 'queue.unavailable',
      message: /no answer within 5000 ms/,
    });
    await assert.rejects(async () => await backend.submit(sampleCall()), {
      code: 'queue.unavailable',
      message: /owes the answer/,
    });
    server.thaw();
    await answering(backend);
    await backend.submit(sampleCall());
    await takeAgain(backend);
  });
});

test(
  'RedisBackend refuses new calls when Redis is full, and ends or hands back those it has',
  options,
  async () => {
    await onServer({ maxmemory: '6mb' }, async ({ connect }) => {
      const backend = await connect();
      const input = new Uint8Array(300_000);
      let accepted = 0;
      const full = { code: 'queue.unavailable', message: /OOM/ };
      await assert.rejects(async () => {
        for (; accepted < 100; accepted++) await backend.submit(sampleCall({ input }));
      }, full);
      assert.ok(accepted >= 2, `${accepted} calls were accepted`);
      const [first, second] = await backend.take({ max: 2, signal: new AbortController().signal });
      assert.ok(first && second);
      assert.ok(await backend.release(first));
      assert.ok(await backend.settle(second, sampleResult(second.call)));
      const counts = await backend.counts();
      assert.deepEqual(counts, { accepted, queued: accepted - 1, running: 0, done: 1, dead: 0 });
    });
  },
);

test('RedisHostRegistry says that Redis is down, and lists again once it is back', options, async () => {
  await onServer({}, async ({ server }) => {
    const { host, port } = server;
    const registry = RedisHostRegistry.connect({
      host,
      port,
      name: 'test',
      ttlMs: 60_000,
      onError: () => undefined,
    });
    await answering(registry);
    const record = { id: 'a', slots: 1, busy: 0, startedAt: 1, draining: false };
    await registry.announce(record);
    await server.kill();
    for (const method of ['list', 'ping'] as const)
      await assert.rejects(registry[method](), { code: 'queue.unavailable' });
    await server.restart();
    await answering(registry);
    assert.deepEqual(await registry.list(), [record]);
    await registry.close();
  });
});
