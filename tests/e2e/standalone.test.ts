import { corpusModule } from '@faasm/guests';
import { FaasmProcess } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertProblem, json, post, send, upload } from './api.ts';

let directory = '';
let faasm: FaasmProcess;
let edge = '';
let uploads = '';

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faasm-e2e-'));
  faasm = await FaasmProcess.start({
    args: ['start', '--port', '0', '--upload-port', '0', '--data-dir', join(directory, 'data')],
    env: {
      THREADS_PER_WORKER: '2',
      QUEUE_LIMIT_CALLS: '4',
      USER_LIMIT_CALLS: '6',
      INPUT_LIMIT_BYTES: '1048576',
    },
    roles: ['edge', 'upload'],
  });
  edge = faasm.url('edge');
  uploads = faasm.url('upload');
  for (const name of [
    'exit7',
    'trap',
    'spin',
    'big-output',
    'cat',
    'missing-import',
    'memory-hog',
  ] as const) {
    await upload(uploads, `corpus/${name}`, await corpusModule(name));
  }
});

after(async () => {
  await faasm.stop();
  await rm(directory, { recursive: true });
});

test('standalone prints a curl line that works', async () => {
  const [, url, data] = /curl -X POST (\S+) -d "(.*)"/.exec(faasm.stdout) ?? [];
  assert.ok(url !== undefined && data !== undefined, faasm.stdout);
  const answer = await post(url, data);
  assert.equal(answer.status, 200);
  assert.equal(answer.body.toString(), 'hello world');
});

test('a call returns binary input with NUL bytes unchanged, with its id and timing', async () => {
  const input = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256);
  const answer = await post(`${edge}/f/demo/echo`, input);
  assert.equal(answer.status, 200);
  assert.ok(answer.body.equals(input));
  assert.match(answer.headers.get('x-faasm-call-id') ?? '', /^[0-9A-Z]{26}$/);
  assert.match(
    answer.headers.get('server-timing') ?? '',
    /^queue;dur=[\d.]+, cold;dur=[\d.]+, run;dur=[\d.]+$/,
  );
});

test('every demo function answers', async () => {
  for (const name of ['echo', 'echo-as', 'hello', 'hello-as']) {
    const answer = await post(`${edge}/f/demo/${name}/`, 'Ada');
    assert.equal(answer.status, 200, `${name}: ${answer.body.toString()}`);
    assert.match(answer.body.toString(), /Ada/, name);
  }
});

test('a stock program reads its input from stdin and answers with its stdout', async () => {
  const answer = await post(`${edge}/f/corpus/cat`, 'line 1\nline 2\n');
  assert.equal(answer.body.toString(), 'line 1\nline 2\n');
});

test('exit other than 0 answers 500 with the code, stderr and output', async () => {
  const answer = await post(`${edge}/f/corpus/exit7`, 'x');
  const problem = assertProblem(answer, 500, 'guest.exit');
  assert.equal(answer.headers.get('x-faasm-exit-code'), '7');
  assert.equal(problem['exitCode'], 7);
  assert.ok(String(problem['stderr']).length > 0);
  assert.ok(String(problem['outputBase64']).length > 0);
});

test('a trap answers 500 guest.trap, and the next call is fine', async () => {
  assertProblem(await post(`${edge}/f/corpus/trap`), 500, 'guest.trap');
  assertProblem(await post(`${edge}/f/corpus/missing-import`, 'call it'), 500, 'guest.trap');
  assert.equal((await post(`${edge}/f/demo/echo`, 'still here')).body.toString(), 'still here');
});

test('output over the limit answers 500 guest.output_limit', async () => {
  assertProblem(
    await post(`${edge}/f/corpus/big-output`, String(7 * 1024 * 1024)),
    500,
    'guest.output_limit',
  );
});

test('a guest cannot allocate beyond its memory limit', async () => {
  const answer = await post(`${edge}/f/corpus/memory-hog`);
  const problem = assertProblem(answer, 500, 'guest.exit');
  assert.equal(problem['exitCode'], 3);
});

test('a deadline answers 504 call.deadline and names the bound (I9)', async () => {
  const answer = await post(`${edge}/f/corpus/spin`, '', { 'X-Faasm-Timeout': '200' });
  assert.match(String(assertProblem(answer, 504, 'call.deadline')['detail']), /200 ms/);
});

test('unknown functions, calls and routes answer 404', async () => {
  assertProblem(await post(`${edge}/f/demo/nobody`), 404, 'function.unknown');
  assertProblem(await post(`${edge}/fa/demo/nobody`), 404, 'function.unknown');
  assertProblem(await send(`${edge}/calls/01ARZ3NDEKTSV4RRFFQ69G5FAV`), 404, 'call.unknown');
  assertProblem(await send(`${edge}/calls/nonsense`), 404, 'call.unknown');
  assertProblem(await send(`${edge}/s/demo/key`), 404, 'state.unknown');
  assertProblem(await post(`${edge}/p/demo/key`), 404, 'route.unknown');
});

test('bad names, paths, headers and queries answer 400 and say what was received', async () => {
  assertProblem(await post(`${edge}/f/demo/a%2Fb`), 400, 'request.bad_name');
  assertProblem(await post(`${edge}/f/demo/%2e%2e`), 404, 'route.unknown');
  assertProblem(await post(`${edge}/f/demo/a%00b`), 400, 'request.bad_name');
  assertProblem(await post(`${edge}/f/demo/${'x'.repeat(129)}`), 400, 'request.bad_name');
  assertProblem(await post(`${edge}/f/demo/%zz`), 400, 'request.bad_path');
  const late = await post(`${edge}/f/demo/echo`, '', { 'X-Faasm-Timeout': 'soon' });
  assert.match(String(assertProblem(late, 400, 'request.bad_header')['detail']), /"soon"/);
  assertProblem(
    await post(`${edge}/fa/demo/echo`, '', { 'Idempotency-Key': 'k' }),
    400,
    'request.bad_header',
  );
  assertProblem(await send(`${edge}/calls/01ARZ3NDEKTSV4RRFFQ69G5FAV?wait=long`), 400, 'request.bad_query');
});

test('a body over the limit answers 413', async () => {
  assertProblem(await post(`${edge}/f/demo/echo`, new Uint8Array(1_048_577)), 413, 'request.too_large');
});

test('an asynchronous call answers 202, says that it is not durable, and its result waits', async () => {
  const accepted = await post(`${edge}/fa/demo/echo`, 'later');
  assert.equal(accepted.status, 202);
  assert.equal(accepted.headers.get('x-faasm-durable'), 'false');
  const id = accepted.body.toString().trim();
  assert.equal(accepted.headers.get('location'), `/calls/${id}`);
  const status = json(await send(`${edge}/calls/${id}?wait=30s`));
  assert.equal(status['state'], 'done');
  assert.equal(status['function'], 'demo/echo');
  const result = await send(`${edge}/calls/${id}/result`);
  assert.equal(result.body.toString(), 'later');
});

test('DELETE cancels a running call: 409 for its result, 409 to cancel it twice', async () => {
  const id = (await post(`${edge}/fa/corpus/spin`)).body.toString().trim();
  assert.equal((await send(`${edge}/calls/${id}`, { method: 'DELETE' })).status, 200);
  assertProblem(await send(`${edge}/calls/${id}/result?wait=30s`), 409, 'call.cancelled');
  assertProblem(await send(`${edge}/calls/${id}`, { method: 'DELETE' }), 409, 'call.finished');
});

test('a full queue answers 503 and a user over the limit 429, both with Retry-After, and both recover', async () => {
  const spin = async (): Promise<string> => (await post(`${edge}/fa/corpus/spin`)).body.toString().trim();
  const ids: string[] = [];
  const answers = [];
  for (let i = 0; i < 8; i++) answers.push(await post(`${edge}/fa/corpus/spin`));
  for (const answer of answers) if (answer.status === 202) ids.push(answer.body.toString().trim());
  const refused = answers.filter((answer) => answer.status !== 202);
  assert.ok(refused.length > 0);
  for (const answer of refused) {
    assert.ok([429, 503].includes(answer.status), String(answer.status));
    assert.ok(Number(answer.headers.get('retry-after')) >= 1);
  }
  for (const id of ids) await send(`${edge}/calls/${id}`, { method: 'DELETE' });
  const again = await spin();
  assert.equal((await send(`${edge}/calls/${again}`, { method: 'DELETE' })).status, 200);
});

test('health, readiness, metrics and the API description are served by both servers', async () => {
  for (const url of [edge, uploads]) {
    assert.equal(json(await send(`${url}/healthz`))['status'], 'alive');
    assert.equal(json(await send(`${url}/readyz`))['status'], 'ready');
    assert.match((await send(`${url}/metrics`)).body.toString(), /^faasm_http_request_seconds_count/m);
    assert.equal(json(await send(`${url}/openapi.json`))['openapi'], '3.1.0');
  }
  const metrics = (await send(`${edge}/metrics`)).body.toString();
  assert.match(metrics, /faasm_calls_total\{kind="sync",outcome="success"\} \d+/);
  assert.match(metrics, /^faasm_threads_replaced_total 0$/m);
  assert.match(metrics, /^faasm_modules_compiled_total [1-9]/m);
});
