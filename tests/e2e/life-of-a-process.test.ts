import { corpusModule } from '@faasm/guests';
import { FaasmProcess } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { json, post, send, upload } from './api.ts';

async function temporary(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'faasm-e2e-'));
  t.after(async () => {
    await rm(directory, { recursive: true });
  });
  return directory;
}

async function start(dataDirectory: string, env: Record<string, string> = {}): Promise<FaasmProcess> {
  const args = ['start', '--port', '0', '--upload-port', '0', '--data-dir', dataDirectory];
  return await FaasmProcess.start({ args, env, roles: ['edge', 'upload'] });
}

test('SIGTERM lets running calls end with their answers, and the process exits with 0', async (t) => {
  const faasm = await start(await temporary(t));
  await upload(faasm.url('upload'), 'corpus/count', await corpusModule('count'));
  const url = `${faasm.url('edge')}/f/corpus/count`;
  await post(url, '1');
  const running = Array.from({ length: 8 }, async () => await post(url, '100000000'));
  // The first call and these: a request that has not arrived yet would find a closed door.
  await accepted(faasm, 9);
  faasm.signal('SIGTERM');
  for (const answer of await Promise.all(running)) assert.equal(answer.status, 200, answer.body.toString());
  assert.deepEqual(await faasm.exit(), { code: 0, signal: null });
});

test('SIGTERM ends what does not end by itself once the drain time-out is over', async (t) => {
  const faasm = await start(await temporary(t), { DRAIN_TIMEOUT: '200' });
  await upload(faasm.url('upload'), 'corpus/spin', await corpusModule('spin'));
  const spinning = post(`${faasm.url('edge')}/f/corpus/spin`);
  await accepted(faasm, 1);
  await faasm.stop();
  assert.equal((await spinning).status, 503);
});

/** Resolves once so many calls were accepted since the start. */
async function accepted(faasm: FaasmProcess, number: number): Promise<void> {
  for (;;) {
    const metrics = (await send(`${faasm.url('edge')}/metrics`)).body.toString();
    const [, count] = /^faasm_queue_calls\{state="accepted"\} (\d+)$/m.exec(metrics) ?? [];
    if (Number(count) >= number) return;
  }
}

test('functions survive a restart, and kill -9', async (t) => {
  const directory = await temporary(t);
  const first = await start(directory, { DEMO_FUNCTIONS: 'on' });
  const functionsOf = async (faasm: FaasmProcess): Promise<unknown> =>
    json(await send(`${faasm.url('upload')}/f`))['functions'];
  const before = await functionsOf(first);
  await first.kill();
  const second = await start(directory, { DEMO_FUNCTIONS: 'off' });
  assert.equal((await post(`${second.url('edge')}/f/demo/echo`, 'still')).body.toString(), 'still');
  assert.deepEqual(await functionsOf(second), before);
  assert.ok(Array.isArray(before) && before.length > 0);
  await second.stop();
});

test('a data directory has one writer, and one format', async (t) => {
  const directory = await temporary(t);
  const first = await start(directory);
  await assert.rejects(start(directory), /one writer at a time/);
  await first.stop();
  await writeFile(join(directory, 'format.json'), '{"format":99}');
  await assert.rejects(start(directory), /format 99, this version reads 1/);
});

test('a setting that is misspelt, unknown or out of bounds stops the start, all of them at once', async (t) => {
  const env = { FAASM_PORT: '1', THREADS_PER_WORKR: '2', GLOBAL_MESSAGE_TIMEOUT: 'soon' };
  const failed = await start(await temporary(t), env).then(
    () => '',
    (error: unknown) => String(error),
  );
  assert.match(failed, /"code":2/);
  for (const name of ['FAASM_PORT', 'THREADS_PER_WORKER', 'GLOBAL_MESSAGE_TIMEOUT'])
    assert.match(failed, new RegExp(name));
});

test('a port that is taken stops the start and is named', async (t) => {
  const faasm = await start(await temporary(t));
  const taken = new URL(faasm.url('edge')).port;
  const args = ['start', '--port', taken, '--upload-port', '0', '--data-dir', await temporary(t)];
  await assert.rejects(FaasmProcess.start({ args, roles: ['edge'] }), new RegExp(`"code":2.*${taken}`, 's'));
  await faasm.stop();
});
