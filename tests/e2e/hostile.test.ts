import { FaasmProcess } from '@faasm/test-support';
import { ENDLESS_SLEEPERS, hostileCorpus } from '@faasm/test-support/hostile';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertProblem, json, post, send, upload } from './api.ts';

const ALL = await hostileCorpus();

/** Of calls that only their deadline ends. */
const TIMEOUT = { 'x-faasm-timeout': '150ms' };

const THREADS = 2;

/** Calls that are taken from the queue at once, while they do not wait. */
const SLOTS = 32 * THREADS;

let directory = '';
let faasm: FaasmProcess;
let edge = '';
let uploads = '';

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faasm-e2e-hostile-'));
  faasm = await FaasmProcess.start({
    args: ['start', '--port', '0', '--upload-port', '0', '--data-dir', join(directory, 'data')],
    env: { THREADS_PER_WORKER: String(THREADS), MEMORY_LIMIT_BYTES: String(64 * 1024 * 1024) },
    roles: ['edge', 'upload'],
  });
  edge = faasm.url('edge');
  uploads = faasm.url('upload');
  for (const { name, wasm } of ALL) await upload(uploads, `mallory/${name}`, wasm);
});

after(async () => {
  await faasm.stop();
  await rm(directory, { recursive: true });
});

/** Others are served: a call of another user, and the server itself. */
async function assertHealthy(): Promise<void> {
  const [echoed, health] = await Promise.all([
    post(`${edge}/f/demo/echo`, 'still here'),
    send(`${edge}/healthz`),
  ]);
  assert.deepEqual([echoed.status, echoed.body.toString()], [200, 'still here']);
  assert.equal(health.status, 200);
}

/** What the server's metrics say now. */
async function reading(metric: string): Promise<number> {
  const { body } = await send(`${edge}/metrics`);
  const lines = body.toString().split('\n');
  return Number(lines.find((line) => line.startsWith(`${metric} `))?.slice(metric.length));
}

async function threadsReplaced(): Promise<number> {
  return await reading('faasm_threads_replaced_total');
}

for (const { name, ends } of ALL) {
  test(`mallory/${name} ends with ${ends.code}, while others are served, and takes no thread along (I9, I13)`, async () => {
    const replaced = await threadsReplaced();
    const headers = ends.code === 'call.deadline' ? TIMEOUT : {};
    const calls = Array.from({ length: 3 }, async () => await post(`${edge}/f/mallory/${name}`, '', headers));
    await assertHealthy();
    for (const answer of await Promise.all(calls)) assertProblem(answer, ends.status, ends.code);
    await assertHealthy();
    assert.equal(await threadsReplaced(), replaced);
  });
}

const CANCELLED = [
  'loop',
  'swallows-deadline',
  'swallows-deadline-anew',
  'constructor-loop',
  'fill',
  'stubborn',
  'stubborn-anew',
];

for (const name of [...CANCELLED, ...ENDLESS_SLEEPERS]) {
  test(`mallory/${name} ends when its call is cancelled (I9)`, async () => {
    const accepted = await post(`${edge}/fa/mallory/${name}`);
    assert.equal(accepted.status, 202);
    const id = accepted.body.toString().trim();
    await assertHealthy();
    assert.ok([200, 202, 204].includes((await send(`${edge}/calls/${id}`, { method: 'DELETE' })).status));
    const status = json(await send(`${edge}/calls/${id}?wait=10s`));
    assert.equal(status['state'], 'done');
    assert.match(JSON.stringify(status), /"call\.cancelled"/);
    await assertHealthy();
  });
}

test('With every thread spinning for several users, other functions and the server itself still answer', async () => {
  const spinning = Array.from(
    { length: 8 * THREADS },
    async () => await post(`${edge}/f/mallory/loop`, '', { 'x-faasm-timeout': '2s' }),
  );
  for (let i = 0; i < 50; i++) await assertHealthy();
  for (const answer of await Promise.all(spinning)) assertProblem(answer, 504, 'call.deadline');
});

test('A user whose endless calls hold every slot keeps nobody else out', async () => {
  const stop = new AbortController();
  const ended: string[] = [];
  const flood = Array.from({ length: 2 * SLOTS }, async () => {
    const headers = { 'x-faasm-timeout': '10m' };
    await fetch(`${edge}/f/mallory/loop`, { method: 'POST', headers, signal: stop.signal }).then(
      ({ status }) => ended.push(`with ${status}`),
      () => ended.push('by the caller'),
    );
  });
  const waiting = async (): Promise<number> => await reading('faasm_queue_calls{state="queued"}');
  while ((await reading('faasm_queue_calls{state="running"}')) + (await waiting()) < flood.length);
  for (let i = 0; i < 10; i++) await assertHealthy();
  assert.deepEqual(ended, []);
  assert.ok((await waiting()) > 0);
  stop.abort();
  await Promise.all(flood);
  assert.deepEqual(new Set(ended), new Set(['by the caller']));
  await assertHealthy();
});

test('Calls that only wait hold no slot: others are served before they end', async () => {
  const ended: string[] = [];
  const calls = Array.from({ length: 2 * SLOTS }, async () => {
    const answer = await post(`${edge}/f/mallory/sleep`, '', { 'x-faasm-timeout': '3s' });
    ended.push('sleep');
    assertProblem(answer, 504, 'call.deadline');
  });
  await assertHealthy();
  assert.deepEqual(ended, []);
  await Promise.all(calls);
});
