import { corpusModule, demoFunctions } from '@faasm/guests';
import { FaasmProcess } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertProblem, Followed, json, post, send, upload } from './api.ts';

let directory = '';
let faasm: FaasmProcess;
let edge = '';

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faasm-e2e-logs-'));
  faasm = await FaasmProcess.start({
    args: ['start', '--port', '0', '--upload-port', '0', '--data-dir', join(directory, 'data')],
    env: { DEMO_FUNCTIONS: 'off', THREADS_PER_WORKER: '1' },
    roles: ['edge', 'upload'],
  });
  edge = faasm.url('edge');
  for (const { ref, wasm } of await demoFunctions())
    await upload(faasm.url('upload'), `me/${ref.name}`, wasm);
  for (const name of ['exit7', 'args-env', 'spin'] as const)
    await upload(faasm.url('upload'), `me/${name}`, await corpusModule(name));
});

after(async () => {
  await faasm.stop();
  await rm(directory, { recursive: true });
});

test('GET /f/USER/FUNCTION/logs is answered for as many clients as there is room, and room comes back', async () => {
  const followers = await Promise.all(
    Array.from({ length: 100 }, async () => await Followed.open(`${edge}/f/me/args-env/logs`)),
  );
  const refused = await send(`${edge}/f/me/args-env/logs`);
  assertProblem(refused, 503, 'logs.busy');
  assert.equal(refused.headers.get('retry-after'), '10');
  await post(`${edge}/f/me/args-env`);
  for (const each of followers) assert.equal((await each.next())['function'], 'me/args-env');
  for (const each of followers) await each[Symbol.asyncDispose]();
  for (;;) {
    const again = await fetch(`${edge}/f/me/args-env/logs`);
    await again.body?.cancel();
    if (again.status === 200) break;
  }
});

test('GET /calls/ID/logs tells what a call wrote, synchronous or not, and of one that wrote nothing or runs', async () => {
  const sync = await post(`${edge}/f/me/exit7`);
  const { stderr } = assertProblem(sync, 500, 'guest.exit');
  assert.ok(String(stderr).length > 0);
  const id = sync.headers.get('x-faasm-call-id');
  const log = json(await send(`${edge}/calls/${id}/logs`));
  assert.partialDeepStrictEqual(log, {
    id,
    function: 'me/exit7',
    outcome: { type: 'exit', exitCode: 7 },
    stderr,
  });
  const later = (await post(`${edge}/fa/me/args-env`)).body.toString().trim();
  await send(`${edge}/calls/${later}?wait=30s`);
  assert.match(String(json(await send(`${edge}/calls/${later}/logs`))['stdout']), /^arg 0 function\.wasm\n/);
  const silent = (await post(`${edge}/f/me/echo`, 'x')).headers.get('x-faasm-call-id');
  const unknown = assertProblem(await send(`${edge}/calls/${silent}/logs`), 404, 'call.unknown');
  assert.match(String(unknown['detail']), /synchronous and wrote nothing/);
  const running = (await post(`${edge}/fa/me/spin`, '')).body.toString().trim();
  const status = await send(`${edge}/calls/${running}/logs`);
  assert.deepEqual([status.status, status.headers.get('location')], [202, `/calls/${running}`]);
  await send(`${edge}/calls/${running}`, { method: 'DELETE' });
});

test('GET /f/USER/FUNCTION/logs shows the calls of one function as they end, however they end', async () => {
  await using followed = await Followed.open(`${edge}/f/me/exit7/logs`);
  await using spins = await Followed.open(`${edge}/f/me/spin/logs`);
  await post(`${edge}/f/me/args-env`);
  const call = await post(`${edge}/f/me/exit7`);
  const id = call.headers.get('x-faasm-call-id');
  const outcome = { type: 'exit', exitCode: 7 };
  assert.partialDeepStrictEqual(await followed.next(), { id, function: 'me/exit7', outcome });
  const late = await post(`${edge}/f/me/spin`, '', { 'x-faasm-timeout': '50ms' });
  assertProblem(late, 504, 'call.deadline');
  assert.partialDeepStrictEqual(await spins.next(), { outcome: { type: 'error', code: 'call.deadline' } });
  assertProblem(await send(`${edge}/f/me/nobody/logs`), 404, 'function.unknown');
});

test('a server that is told to end closes the streams of those who follow', async () => {
  const followed = await Followed.open(`${edge}/f/me/exit7/logs`);
  const stopped = faasm.stop();
  assert.equal(await followed.ended(), true);
  await stopped;
});
