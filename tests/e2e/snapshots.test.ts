import { FaasmProcess } from '@faasm/test-support';
import { corpusModule } from '@faasm/guests';
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { json, post, send, upload } from './api.ts';

let directory = '';
let data = '';

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faasm-e2e-'));
  data = join(directory, 'data');
});

after(async () => {
  await rm(directory, { recursive: true });
});

async function start(): Promise<FaasmProcess> {
  return await FaasmProcess.start({
    args: ['start', '--port', '0', '--upload-port', '0', '--data-dir', data],
    env: { THREADS_PER_WORKER: '1' },
    roles: ['edge', 'upload'],
  });
}

interface Faaslets {
  readonly limit: number;
  readonly functions: readonly {
    readonly function: string;
    readonly warmCalls: number;
    readonly idle: number;
  }[];
}

async function initialized(faasm: FaasmProcess, from: string): Promise<number> {
  const metrics = (await send(`${faasm.url('upload')}/metrics`)).body.toString();
  return Number(
    new RegExp(`faasm_functions_initialized_total\\{from="${from}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0,
  );
}

/** The snapshots of a function, which are stored after the first call was answered. */
async function snapshots(name: string): Promise<string[]> {
  const folder = join(data, 'snapshots', ...name.split('/'));
  for (;;) {
    const files = await readdir(folder).catch(() => []);
    if (files.length > 0 && files.every((file) => file.endsWith('.proto')))
      return files.map((file) => join(folder, file));
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

test('A zygote runs once, and again neither after a restart nor after kill -9; a changed snapshot is made again', async () => {
  const first = await start();
  await upload(first.url('upload'), 'corpus/zygote', await corpusModule('zygote'));
  for (let i = 0; i < 3; i++) {
    const answer = await post(`${first.url('edge')}/f/corpus/zygote`, '');
    assert.equal(answer.body.toString(), '1 1 1');
  }
  const primes = await post(`${first.url('edge')}/f/demo/primes`, '1999993');
  assert.equal(primes.body.toString(), '1999993 is prime');
  const [file = ''] = await snapshots('corpus/zygote');
  await snapshots('demo/primes');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const faaslets = json(await send(`${first.url('upload')}/faaslets`)) as unknown as Faaslets;
  const reading = faaslets.functions.find((each) => each.function === 'corpus/zygote');
  assert.deepEqual([reading?.idle, reading?.warmCalls], [1, 2]);
  await first.kill();

  const second = await start();
  const restored = await post(`${second.url('edge')}/f/corpus/zygote`, '');
  assert.equal(restored.body.toString(), '1 1 1');
  assert.equal(await initialized(second, 'snapshot'), 1);
  await second.stop();

  const bytes = await readFile(file);
  bytes[bytes.byteLength - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await writeFile(file, bytes);
  const third = await start();
  const again = await post(`${third.url('edge')}/f/corpus/zygote`, '');
  assert.equal(again.body.toString(), '1 1 1');
  assert.equal(await initialized(third, 'constructors'), 1);
  assert.match(third.stderr, /It was changed, or made with another key/);
  const removed = await send(`${third.url('upload')}/f/corpus/zygote`, { method: 'DELETE' });
  assert.equal(removed.status, 204);
  await assert.rejects(stat(join(data, 'snapshots', 'corpus', 'zygote')), { code: 'ENOENT' });
  await third.stop();
});
