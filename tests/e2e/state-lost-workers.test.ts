import { Cluster, type FaasmProcess } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Answer } from './api.ts';
import {
  assertFilled,
  codeOf,
  command,
  countOf,
  deployStateWorker,
  printed,
  valueOf,
} from './state-calls.ts';

const TIMES = 50;
const LARGE_BYTES = 2_000_000;

/** How long calls of the worker that is stopped wait with their pushes: longer than it takes to stop it and let others go on. */
const PAUSE_MS = 8_000;
/** Those of its neighbours wait longer, until the calls of their host that waited for the lock have had it. */
const LONGER_PAUSE_MS = PAUSE_MS + 2_000;

let cluster: Cluster;

afterEach(async () => {
  await cluster.stop();
});

/** Starts a cluster with one worker, so that it is known where the first calls run, and returns that one. */
async function startWithOne(leases: { lockMs: number; callMs: number }): Promise<FaasmProcess> {
  cluster = await Cluster.start({
    edges: 2,
    workers: 1,
    env: {
      THREADS_PER_WORKER: '2',
      STATE_LOCK_LEASE: String(leases.lockMs),
      LEASE_TIME: String(leases.callMs),
    },
  });
  await deployStateWorker(cluster.upload.url('upload'), 'me');
  const [first] = cluster.workers;
  assert.ok(first);
  return first;
}

async function call(...commands: string[]): Promise<Answer> {
  return await command(cluster.edges, commands);
}

async function calls(count: number, commands: readonly string[]): Promise<Answer[]> {
  return await Promise.all(Array.from({ length: count }, async () => await call(...commands)));
}

/** Looks until a value is there. */
async function appears(key: string): Promise<void> {
  while ((await valueOf(cluster.edges, key)) === undefined);
}

test('kill -9 of a worker that holds locks and pushes loses no acknowledged push and tears none; others get its locks (I7, I8)', async () => {
  // Short, for whoever waits for them, but longer than the other worker is kept from running by all that runs beside it.
  const lost = await startWithOne({ lockMs: 4_000, callMs: 4_000 });
  const holder = call('lock global held', 'write held 8 0 1 8', 'push held', 'spin');
  const pushes = Array.from({ length: 1_000 }, (_, i) => [
    `write large ${LARGE_BYTES} 0 ${1 + (i % 250)} ${LARGE_BYTES}`,
    'push large',
  ]);
  const pusher = call(...pushes.flat());
  const itsCounts = calls(8, [`add-locked count ${TIMES}`]);
  await Promise.all(['held', 'large', 'count'].map(appears));
  await cluster.addWorker();
  const waiters = calls(4, ['lock global held', 'read held 8 0 8']);
  const counts = calls(24, [`add-locked count ${TIMES}`]);
  const seen = await countOf(cluster.edges, 'count');
  while ((await countOf(cluster.edges, 'count')) < seen + TIMES);
  await lost.kill();
  cluster.workers.shift();
  assert.equal(await printed(cluster.edges, ['lock global held', 'read held 8 0 8']), '1x8');
  assert.equal(codeOf(await call(`add-locked count ${TIMES}`)), 'ok');
  const counted = [...(await itsCounts), ...(await counts)].map(codeOf);
  const ended = [await holder, await pusher, ...(await waiters)].map(codeOf);
  for (const code of [...counted, ...ended]) assert.ok(code === 'ok' || code === 'call.host_lost', code);
  assert.deepEqual(ended.slice(0, 2), ['call.host_lost', 'call.host_lost']);
  assert.ok(counted.includes('call.host_lost'));
  const acknowledged = (1 + counted.filter((code) => code === 'ok').length) * TIMES;
  const count = await countOf(cluster.edges, 'count');
  assert.ok(count >= acknowledged && count <= 33 * TIMES, `${count} is less than ${acknowledged}`);
  const large = await valueOf(cluster.edges, 'large');
  assertFilled(large, { sizeBytes: LARGE_BYTES, byte: large?.[0] });
});

test('a worker that is stopped for longer than STATE_LOCK_LEASE pushes nothing of what its call wrote under the lock, nor do its neighbours (I7)', async () => {
  // Longer than it is stopped, so that its calls stay its own.
  const lost = await startWithOne({ lockMs: 1_000, callMs: 30_000 });
  // They see in the memory of their host what the holder wrote; one marks bytes, the others push what differs.
  const whole = 'map shared 8 0 8';
  await printed(cluster.edges, ['write shared 8 0 1 8', 'push shared']);
  const holder = call(
    'lock global shared',
    whole,
    'poke shared 0 7 8 1',
    'flag shared 8 0 8 1',
    `sleep ${PAUSE_MS}`,
    'push shared',
  );
  const neighbours = ['flag shared 8 4 4 1', '', ''].map(
    async (flag) =>
      await call(
        whole,
        'await shared 0 7',
        'increment seen 1',
        `sleep ${LONGER_PAUSE_MS}`,
        flag,
        'push shared',
      ),
  );
  while ((await countOf(cluster.edges, 'seen')) < 3);
  await cluster.addWorker();
  lost.signal('SIGSTOP');
  // Some may wait with the worker that is stopped.
  const others = Array.from(
    { length: 4 },
    async () =>
      await call(
        'lock global shared',
        'pull shared 8',
        'read shared 8 0 8',
        'write shared 8 0 9 8',
        'push shared',
        'unlock global shared',
      ),
  );
  const first = await Promise.race(others);
  assert.equal(first.body.toString(), '1x8\n');
  assert.deepEqual(await valueOf(cluster.edges, 'shared'), Buffer.alloc(8, 9));
  lost.signal('SIGCONT');
  assert.equal(codeOf(await holder), 'state.fenced');
  // Still the next call's, if that was slow.
  for (const answer of await Promise.all(neighbours))
    assert.match(codeOf(answer), /^state\.(fenced|locked)$/);
  for (const answer of await Promise.all(others)) assert.equal(codeOf(answer), 'ok');
  for (const answer of await calls(20, ['read shared 8 0 8'])) assert.equal(answer.body.toString(), '9x8\n');
  assert.deepEqual(await valueOf(cluster.edges, 'shared'), Buffer.alloc(8, 9));
});
