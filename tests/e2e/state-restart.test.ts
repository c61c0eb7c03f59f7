import { FaasmProcess } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertFilled, codeOf, command, countOf, deployStateWorker, valueOf } from './state-calls.ts';

const CALLERS = 4;
/** Acknowledged pushes of each caller before the server is killed. */
const PUSHES = 5;
const LARGE_BYTES = 300_000;
const ROUNDS = 3;

/** Values that a caller pushed, one after the other, and how many of them the server acknowledged, until it was gone. */
interface Pushed {
  readonly key: string;
  acknowledged: number;
}

async function pushUntilGone(
  servers: readonly FaasmProcess[],
  pushed: Pushed,
  told: () => void,
): Promise<void> {
  const { key } = pushed;
  for (let n = pushed.acknowledged + 1; ; n++) {
    try {
      const value = `${key}.${n % 2}`;
      const commands = [`write ${value} ${LARGE_BYTES} 0 ${n} ${LARGE_BYTES}`, `push ${value}`];
      assert.equal(codeOf(await command(servers, [...commands, `add-locked ${key} 1`])), 'ok');
    } catch (error) {
      // So `fetch` tells that there is nobody.
      if (error instanceof TypeError) return;
      throw error;
    }
    pushed.acknowledged = n;
    told();
  }
}

test('a standalone server that is killed between and in pushes has every value that it acknowledged, whole (I8)', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'faasm-e2e-state-restart-'));
  const start = async (): Promise<FaasmProcess> =>
    await FaasmProcess.start({
      args: ['start', '--port', '0', '--upload-port', '0', '--data-dir', join(directory, 'data')],
      env: { DEMO_FUNCTIONS: 'off', THREADS_PER_WORKER: '1' },
      roles: ['edge', 'upload'],
    });
  let server = await start();
  await deployStateWorker(server.url('upload'), 'me');
  const all: Pushed[] = Array.from({ length: CALLERS }, (_, i) => ({ key: `k${i}`, acknowledged: 0 }));
  for (let round = 1; round <= ROUNDS; round++) {
    const enough = Promise.withResolvers<void>();
    const running = all.map(
      async (each) =>
        await pushUntilGone([server], each, () => {
          if (all.every(({ acknowledged }) => acknowledged >= round * PUSHES)) enough.resolve();
        }),
    );
    await Promise.race([enough.promise, Promise.all(running)]);
    await server.kill();
    await Promise.all(running);
    server = await start();
    for (const each of all) await assertKept([server], each);
  }
  await server.stop();
  await rm(directory, { recursive: true });
});

/** The last acknowledged push is there, or the one after it, whose answer nobody got. */
async function assertKept(servers: readonly FaasmProcess[], pushed: Pushed): Promise<void> {
  const { key, acknowledged: last } = pushed;
  const value = await valueOf(servers, `${key}.${last % 2}`);
  assertFilled(value, { sizeBytes: LARGE_BYTES, byte: last }, `${key} after ${last}`);
  const next = await valueOf(servers, `${key}.${(last + 1) % 2}`);
  const nextByte = next?.[0] ?? 0;
  assert.ok([last - 1, last + 1].includes(nextByte), `${key} has ${nextByte} after ${last}`);
  if (next !== undefined) assertFilled(next, { sizeBytes: LARGE_BYTES, byte: nextByte });
  const count = await countOf(servers, key);
  assert.ok(count === last || count === last + 1, `${key} counts ${count} after ${last}`);
  pushed.acknowledged = Math.max(last, count);
}
