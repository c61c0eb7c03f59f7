import { writeTar } from '@faasm/filesystem';
import { versionArchiveEntries } from '@faasm/functions';
import { corpusModule, demoFunctions } from '@faasm/guests';
import { Cluster, NginxProcess } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertProblem, Followed, json, post, send, upload, type Answer } from './api.ts';

const NGINX_CONF = fileURLToPath(new URL('../../docker/nginx.conf', import.meta.url));

/** A lease this short makes the takeover of a killed worker's calls quick. */
const LEASE_MS = 1_000;

let cluster: Cluster;
let balancer: NginxProcess;
let uploads = '';

before(async () => {
  cluster = await Cluster.start({
    edges: 2,
    workers: 3,
    env: { THREADS_PER_WORKER: '2', LEASE_TIME: String(LEASE_MS) },
  });
  balancer = await NginxProcess.start(
    NGINX_CONF,
    cluster.edges.map((edge) => edge.url('edge')),
  );
  uploads = cluster.upload.url('upload');
  for (const { ref, wasm } of await demoFunctions()) await upload(uploads, `${ref.user}/${ref.name}`, wasm);
  for (const name of ['count', 'spin', 'exit7'] as const)
    await upload(uploads, `corpus/${name}`, await corpusModule(name));
});

after(async () => {
  await cluster.stop();
  await balancer.stop();
});

/** The value of a metric without labels, or the sum over all labels. */
async function metric(url: string, name: string): Promise<number> {
  const text = (await send(`${url}/metrics`)).body.toString();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Submits asynchronous calls through the load balancer and returns their ids. */
async function submit(name: string, inputs: readonly string[]): Promise<string[]> {
  return await Promise.all(
    inputs.map(async (input) => {
      const answer = await post(`${balancer.url}/fa/${name}`, input);
      assert.equal(answer.status, 202, answer.body.toString());
      assert.equal(answer.headers.get('x-faasm-durable'), 'true');
      return answer.body.toString().trim();
    }),
  );
}

/** Waits for the end of a call, however long it takes. */
async function end(id: string): Promise<Record<string, unknown>> {
  for (;;) {
    const status = json(await send(`${balancer.url}/calls/${id}?wait=30s`));
    if (status['state'] === 'done') return status['result'] as Record<string, unknown>;
  }
}

async function counts(): Promise<Record<string, number>> {
  const [edge] = cluster.edges;
  const text = (await send(`${edge?.url('edge') ?? ''}/metrics`)).body.toString();
  const found = [...text.matchAll(/^faasm_queue_calls\{state="(\w+)"\} (\d+)$/gm)];
  return Object.fromEntries(found.map(([, state, number]) => [state ?? '', Number(number)]));
}

test('the published curl line answers through the load balancer', async () => {
  const answer = await post(`${balancer.url}/f/demo/echo/`, 'hello world');
  assert.equal(answer.status, 200, answer.body.toString());
  assert.equal(answer.body.toString(), 'hello world');
});

test('calls reach both edges and all workers', async () => {
  const answers = await Promise.all(
    Array.from({ length: 300 }, async (_, i) => await post(`${balancer.url}/f/demo/echo`, String(i))),
  );
  for (const [i, answer] of answers.entries()) assert.equal(answer.body.toString(), String(i));
  for (const edge of cluster.edges)
    assert.ok((await metric(edge.url('edge'), 'faasm_http_request_seconds_count')) > 10);
  for (const worker of cluster.workers)
    assert.ok((await metric(worker.url('worker'), 'faasm_calls_total')) > 0);
});

test('outcomes come back through Redis as they do in one process', async () => {
  assertProblem(await post(`${balancer.url}/f/corpus/exit7`), 500, 'guest.exit');
  assertProblem(await post(`${balancer.url}/f/demo/nobody`), 404, 'function.unknown');
  const late = await post(`${balancer.url}/f/corpus/spin`, '', { 'X-Faasm-Timeout': '200ms' });
  assertProblem(late, 504, 'call.deadline');
});

test('a worker runs a new version within a second of its upload, and an older one after a rollback', async () => {
  const [echo, hello] = (await demoFunctions()).filter(
    ({ ref }) => ref.name === 'echo' || ref.name === 'hello',
  );
  assert.ok(echo !== undefined && hello !== undefined);
  await upload(uploads, 'me/changing', echo.wasm);
  assert.equal((await post(`${balancer.url}/f/me/changing`, 'Ada')).body.toString(), 'Ada');
  await upload(uploads, 'me/changing', hello.wasm);
  const said = async (): Promise<string> =>
    (await post(`${balancer.url}/f/me/changing`, 'Ada')).body.toString();
  const until = performance.now() + 1_000;
  while (performance.now() < until) await said();
  for (let i = 0; i < 20; i++) assert.match(await said(), /^Hello/);
  const headers = { 'content-type': 'application/json' };
  const back = await send(`${uploads}/f/me/changing/current`, {
    method: 'PUT',
    body: '{"digest":"previous"}',
    headers,
  });
  assert.equal(back.status, 200, back.body.toString());
  while ((await said()) !== 'Ada');
});

test('workers find the files of a version that was uploaded as an archive', async () => {
  const file = { kind: 'file', path: 'greeting.txt', bytes: Buffer.from('hello') } as const;
  const archive = Buffer.concat([...writeTar(versionArchiveEntries(await corpusModule('files'), [file]))]);
  const headers = { 'content-type': 'application/x-tar' };
  const uploaded = await send(`${uploads}/f/me/files`, { method: 'PUT', body: archive, headers });
  assert.equal(uploaded.status, 201, uploaded.body.toString());
  const printed = await Promise.all(
    Array.from({ length: 20 }, async () => await post(`${balancer.url}/f/me/files`, '/greeting.txt')),
  );
  for (const answer of printed) assert.equal(answer.body.toString(), 'constructor hello\nhello');
});

test('logs reach whoever follows at any edge, and those of a synchronous call stay for a while', async () => {
  const followers = await Promise.all(
    cluster.edges.map(async (each) => await Followed.open(`${each.url('edge')}/f/corpus/exit7/logs`)),
  );
  // Workers hear of it a moment later.
  const seen = Promise.all(followers.map(async (each) => await each.next()));
  const both = seen.then(() => true);
  while (!(await Promise.race([both, post(`${balancer.url}/f/corpus/exit7`).then(() => false)])));
  for (const line of await seen)
    assert.partialDeepStrictEqual(line, { function: 'corpus/exit7', outcome: { type: 'exit', exitCode: 7 } });
  for (const each of followers) await each[Symbol.asyncDispose]();
  const called = await post(`${balancer.url}/f/corpus/exit7`);
  const log = json(await send(`${balancer.url}/calls/${called.headers.get('x-faasm-call-id')}/logs`));
  assert.ok(String(log['stderr']).length > 0);
});

test('every edge and worker holds a function to limits within a second of their choice', async () => {
  const echo = (await demoFunctions()).find(({ ref }) => ref.name === 'echo');
  assert.ok(echo !== undefined);
  await upload(uploads, 'me/bounded', echo.wasm);
  const call = async (): Promise<Answer> => await post(`${balancer.url}/f/me/bounded`, 'Ada');
  const chosen = async (limits: Readonly<Record<string, number>>): Promise<void> => {
    const answer = await send(`${uploads}/f/me/bounded/settings`, {
      method: 'PUT',
      body: JSON.stringify({ limits }),
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(answer.status, 200, answer.body.toString());
    const until = performance.now() + 1_000;
    while (performance.now() < until) await call();
  };
  assert.equal((await call()).body.toString(), 'Ada');
  await chosen({ outputBytes: 2 });
  for (let i = 0; i < 20; i++) assertProblem(await call(), 500, 'guest.output_limit');
  await chosen({ inputBytes: 2 });
  for (let i = 0; i < 20; i++) assertProblem(await call(), 413, 'request.too_large');
  await chosen({});
  for (let i = 0; i < 20; i++) assert.equal((await call()).body.toString(), 'Ada');
});

test('a cancelled call stops on its worker and frees its thread', async () => {
  const ids = await submit(
    'corpus/spin',
    Array.from({ length: 6 }, () => ''),
  );
  for (const id of ids)
    assert.equal((await send(`${balancer.url}/calls/${id}`, { method: 'DELETE' })).status, 200);
  for (const id of ids) {
    const { outcome } = await end(id);
    assert.equal((outcome as { code?: string }).code, 'call.cancelled');
  }
  assert.equal((await post(`${balancer.url}/f/demo/echo`, 'free')).body.toString(), 'free');
});

test('all of 1,000 asynchronous calls end when a worker is killed among them (I1, I2, I4)', async () => {
  const earlier = await counts();
  const ids = await submit(
    'corpus/count',
    Array.from({ length: 1_000 }, () => '2000000'),
  );
  const [victim] = cluster.workers;
  assert.ok(victim !== undefined);
  await victim.kill();
  cluster.workers.shift();
  const results = await Promise.all(ids.map(end));
  for (const result of results)
    assert.equal((result['outcome'] as { type: string }).type, 'success', JSON.stringify(result));
  const now = await counts();
  assert.equal((now['accepted'] ?? 0) - (earlier['accepted'] ?? 0), 1_000);
  assert.equal(
    now['accepted'],
    (now['queued'] ?? 0) + (now['running'] ?? 0) + (now['done'] ?? 0) + (now['dead'] ?? 0),
  );
  assert.equal(now['running'], 0);
});

test('SIGTERM drains a worker: what it runs ends, what it has not begun goes to others', async () => {
  const leaving = await cluster.addWorker();
  const ids = await submit(
    'corpus/count',
    Array.from({ length: 200 }, () => '2000000'),
  );
  await leaving.stop();
  cluster.workers.splice(cluster.workers.indexOf(leaving), 1);
  for (const result of await Promise.all(ids.map(end))) {
    assert.equal((result['outcome'] as { type: string }).type, 'success', JSON.stringify(result));
  }
});

test('while redis-queue is down calls are refused with 503, and answered again without a restart', async () => {
  await cluster.queue.kill();
  const refused = await post(`${balancer.url}/f/demo/echo`, 'x');
  assertProblem(refused, 503, 'queue.unavailable');
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  await cluster.queue.restart();
  for (;;) {
    const answer = await post(`${balancer.url}/f/demo/echo`, 'again');
    if (answer.status === 200) break;
    assertProblem(answer, 503, 'queue.unavailable');
  }
});
