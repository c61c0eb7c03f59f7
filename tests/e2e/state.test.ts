import { FaasmProcess } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer, text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertProblem, json, send } from './api.ts';

const MAIN = fileURLToPath(import.meta.resolve('@faasm/cli/main'));
const LIMIT_BYTES = 8_000_000;

let directory = '';
let server: FaasmProcess;
let edge = '';

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faasm-e2e-state-'));
  server = await FaasmProcess.start({
    args: ['start', '--port', '0', '--upload-port', '0', '--data-dir', join(directory, 'data')],
    env: { DEMO_FUNCTIONS: 'off', THREADS_PER_WORKER: '1', STATE_LIMIT_BYTES: String(LIMIT_BYTES) },
    roles: ['edge', 'upload'],
  });
  edge = server.url('edge');
});

after(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

interface Done {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs `faasm state` against the server. */
async function state(args: readonly string[], input?: Uint8Array): Promise<Done> {
  const child = spawn(process.execPath, [MAIN, 'state', ...args, '--edge', edge], { cwd: directory });
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** What a command that must work prints, without the end of the line. */
async function printed(args: readonly string[], input?: Uint8Array): Promise<string> {
  const { code, stdout, stderr } = await state(args, input);
  assert.equal(code, 0, stderr);
  return stdout.toString().trimEnd();
}

test('faasm state put and get move files of any bytes, whole and in part', async () => {
  const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 7 + (i >> 8)) % 256));
  await writeFile(join(directory, 'weights'), bytes);
  assert.match(
    await printed(['put', 'me/model/weights', 'weights']),
    /^me\/model\/weights is now version \d+ of 3000000 bytes$/,
  );
  const whole = await state(['get', 'me/model/weights']);
  assert.ok(whole.stdout.equals(bytes));
  await printed(['get', 'me/model/weights', '--range', '10-1000009', '--output', 'part']);
  assert.ok((await readFile(join(directory, 'part'))).equals(bytes.subarray(10, 1_000_010)));
  const last = await state(['get', 'me/model/weights', '--range', '-2']);
  assert.ok(last.stdout.equals(bytes.subarray(-2)));
  await printed(['put', 'me/piped', '-'], Buffer.from('a\0b'));
  const { version, bytesBase64 } = JSON.parse(await printed(['get', 'me/piped', '--json'])) as Record<
    string,
    unknown
  >;
  assert.equal(Buffer.from(String(bytesBase64), 'base64').toString(), 'a\0b');
  assert.ok(Number(version) > 0);
});

test('faasm state takes keys as they are, also those that a URL would take for something else', async () => {
  const keys = ['.', '..', 'a/../b', 'a b?c#d%41', 'ä/', '-'];
  for (const key of keys) await printed(['put', `odd/${key}`], Buffer.from(key));
  for (const key of keys) assert.equal(await printed(['get', `odd/${key}`]), key);
  const listed = (await printed(['list', 'odd']))
    .split('\n')
    .map((line) => line.replace(/ {2}\d+ bytes .*$/, ''));
  assert.deepEqual(
    listed,
    keys.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
  );
  for (const key of keys) await printed(['delete', `odd/${key}`]);
  assert.deepEqual(JSON.parse(await printed(['list', 'odd', '--json'])), { values: [] });
});

test('faasm state list goes through all pages', async () => {
  const keys = Array.from({ length: 1_001 }, (_, i) => `k${String(i).padStart(4, '0')}`);
  for (const key of keys) await send(`${edge}/s/many/${key}`, { method: 'PUT', body: key });
  const { values } = JSON.parse(await printed(['list', 'many', '--json'])) as { values: { key: string }[] };
  assert.deepEqual(
    values.map(({ key }) => key),
    keys,
  );
  assert.equal((await printed(['list', 'many'])).split('\n').length, 1_001);
});

test('faasm state put --if-match and --if-none change what they name, or exit with 5', async () => {
  const put = async (...flags: string[]): Promise<Done> =>
    await state(['put', 'me/k', '-', ...flags], Buffer.from('x'));
  assert.equal((await put('--if-none')).code, 0);
  const refused = await put('--if-none');
  assert.deepEqual([refused.code, refused.stderr.startsWith('error state.conflict: ')], [5, true]);
  const version = String(
    (JSON.parse(await printed(['get', 'me/k', '--json'])) as { version: number }).version,
  );
  assert.equal((await put('--if-match', version)).code, 0);
  assert.equal((await put('--if-match', version)).code, 5);
  assert.equal((await state(['delete', 'me/k', '--if-match', version])).code, 5);
  assert.equal((await put('--if-match', version, '--if-none')).code, 2);
});

test('faasm state exits with 2, 3 and 4 for bad input, no server and no value, and says why', async () => {
  await writeFile(join(directory, 'large'), Buffer.alloc(LIMIT_BYTES + 1));
  const cases: readonly (readonly [number, RegExp, readonly string[]])[] = [
    [2, /^error state\.bad_key: /, ['get', 'me']],
    [2, /^error state\.bad_key: /, ['get', 'me/a\nb']],
    [2, /^error request\.bad_name: /, ['get', '.me/k']],
    [2, /^error usage: --range "a"/, ['get', 'me/k', '--range', 'a']],
    [2, /^error usage: .*no-such-file/, ['put', 'me/k', 'no-such-file']],
    [2, /^error state\.too_large: .*8000001 bytes/, ['put', 'me/large', 'large']],
    [4, /^error state\.unknown: .*me\/none/, ['get', 'me/none']],
    [4, /^error state\.unknown: .*me\/none/, ['delete', 'me/none']],
  ];
  for (const [code, message, args] of cases) {
    const done = await state(args);
    assert.equal(done.code, code, `${args.join(' ')}: ${done.stderr}`);
    assert.match(done.stderr, message);
  }
});

test('faasm state watch prints what there is and each change, until Ctrl-C', async () => {
  const args = [MAIN, 'state', 'watch', 'me/watched', '--json', '--edge', edge];
  const watcher = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: watcher.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
  assert.deepEqual(await next(), { version: 0 });
  const put = async (): Promise<unknown> =>
    json(await send(`${edge}/s/me/watched`, { method: 'PUT', body: 'hello' }))['version'];
  for (let i = 0; i < 2; i++) {
    const version = await put();
    assert.deepEqual(await next(), { version, sizeBytes: 5 });
  }
  await send(`${edge}/s/me/watched`, { method: 'DELETE' });
  assert.deepEqual(await next(), { version: 0 });
  watcher.kill('SIGINT');
  assert.deepEqual(await once(watcher, 'close'), [0, null]);
});

test('the standalone server keeps STATE_LIMIT_BYTES, and counts the bytes that it moves', async () => {
  const large = await send(`${edge}/s/me/large`, { method: 'PUT', body: Buffer.alloc(LIMIT_BYTES + 1) });
  assert.match(String(assertProblem(large, 413, 'state.too_large')['detail']), /8000001 .*8000000/);
  await send(`${edge}/s/me/counted`, { method: 'PUT', body: 'hello' });
  await send(`${edge}/s/me/counted`);
  const metrics = (await send(`${edge}/metrics`)).body.toString();
  for (const direction of ['read', 'written'])
    assert.match(metrics, new RegExp(`^faasm_state_bytes_total\\{direction="${direction}"\\} [1-9]`, 'm'));
  assert.match(metrics, /^faasm_http_request_seconds_count\{.*route="\/s\/:user\/\*".*\} [1-9]/m);
});
