import { corpusModule, demoFunctions } from '@faasm/guests';
import { FaasmProcess } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertProblem, json, post, send, upload } from './api.ts';

let directory = '';
let faasm: FaasmProcess;
let uploads = '';
let edge = '';
const modules = new Map<string, Uint8Array<ArrayBuffer>>();

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faasm-e2e-'));
  faasm = await FaasmProcess.start({
    args: ['start', '--port', '0', '--upload-port', '0', '--data-dir', join(directory, 'data')],
    env: { DEMO_FUNCTIONS: 'off', MODULE_LIMIT_BYTES: '100000' },
    roles: ['edge', 'upload'],
  });
  uploads = faasm.url('upload');
  edge = faasm.url('edge');
  for (const { ref, wasm } of await demoFunctions()) modules.set(ref.name, wasm);
});

after(async () => {
  await faasm.stop();
  await rm(directory, { recursive: true });
});

function demo(name: string): Uint8Array<ArrayBuffer> {
  const bytes = modules.get(name);
  assert.ok(bytes !== undefined);
  return bytes;
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function put(
  path: string,
  body: Uint8Array<ArrayBuffer> | string,
): Promise<Awaited<ReturnType<typeof send>>> {
  return await send(`${uploads}${path}`, {
    method: 'PUT',
    body,
    headers: { 'content-type': 'application/wasm' },
  });
}

test('PUT stores a module under its SHA-256 and says what it imports', async () => {
  const answer = await put('/f/me/echo', demo('echo'));
  assert.equal(answer.status, 201);
  const body = json(answer);
  assert.equal(body['digest'], digestOf(demo('echo')));
  assert.equal(body['sizeBytes'], demo('echo').byteLength);
  assert.ok((body['imports'] as string[]).includes('env.__faasm_read_input'));
  assert.deepEqual(body['missingImports'], []);
  assert.equal((await put('/f/me/echo', demo('echo'))).status, 200);
});

test('PUT lists imports that the host lacks and warns of them', async () => {
  const body = await upload(uploads, 'me/missing', await corpusModule('missing-import'));
  assert.deepEqual(body['missingImports'], ['env.no_such_import']);
  assert.equal((body['warnings'] as string[]).length, 1);
});

test('PUT refuses what is no module, what this host does not run, and what is too large, and keeps nothing', async () => {
  assertProblem(await put('/f/me/bad', 'not a module'), 400, 'module.invalid');
  assertProblem(await put('/f/me/bad', ''), 400, 'module.invalid');
  assertProblem(await put('/f/me/bad', await corpusModule('memory-demand')), 400, 'module.unsupported');
  assertProblem(await put('/f/me/bad', new Uint8Array(100_001)), 413, 'module.too_large');
  assertProblem(await put('/f/me/..%2fbad', demo('echo')), 400, 'request.bad_name');
  assertProblem(await send(`${uploads}/f/me/bad`), 404, 'function.unknown');
  assert.deepEqual(await readdir(join(directory, 'data', 'staging')), []);
});

test('PUT of a body that breaks off, or that is longer than it may be without saying so, keeps nothing', async () => {
  const { hostname, port } = new URL(uploads);
  const broken = connect(Number(port), hostname);
  broken.write('PUT /f/me/broken HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nabc');
  await new Promise((resolve) => broken.once('connect', resolve));
  broken.destroy();
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 200; i++) yield await Promise.resolve(new Uint8Array(1_000));
  }
  const request = { method: 'PUT', body: endless(), duplex: 'half' } as unknown as RequestInit;
  const response = await fetch(`${uploads}/f/me/broken`, request).catch((error: unknown) => error);
  if (response instanceof Response) assert.equal(response.status, 413);
  assertProblem(await send(`${uploads}/f/me/broken`), 404, 'function.unknown');
});

test('GET describes a function, downloads its module, and lists functions by user', async () => {
  await upload(uploads, 'list/b', demo('hello'));
  await upload(uploads, 'list/a', demo('echo'));
  const listed = json(await send(`${uploads}/f?user=list`))['functions'] as { function: string }[];
  assert.deepEqual(
    listed.map((each) => each.function),
    ['list/a', 'list/b'],
  );
  const described = json(await send(`${uploads}/f/list/a`));
  assert.equal(described['current'], digestOf(demo('echo')));
  const module = await send(`${uploads}/f/list/a`, { headers: { accept: 'application/wasm' } });
  assert.equal(module.headers.get('content-type'), 'application/wasm');
  assert.ok(module.body.equals(demo('echo')));
  assertProblem(await send(`${uploads}/f?user=..`), 400, 'request.bad_query');
});

test('a rollback goes to the version before, or to the one that is named, and the next call sees it', async () => {
  await upload(uploads, 'me/roll', demo('echo'));
  await upload(uploads, 'me/roll', demo('hello'));
  const said = async (): Promise<string> => (await post(`${edge}/f/me/roll`, 'Ada')).body.toString();
  const current = async (digest: string): Promise<Awaited<ReturnType<typeof send>>> =>
    await send(`${uploads}/f/me/roll/current`, {
      method: 'PUT',
      body: JSON.stringify({ digest }),
      headers: { 'content-type': 'application/json' },
    });
  assert.match(await said(), /^Hello/);
  assert.equal((await current('previous')).status, 200);
  assert.equal(await said(), 'Ada');
  assert.equal((await current(digestOf(demo('hello')))).status, 200);
  assert.match(await said(), /^Hello/);
  assertProblem(await current('0'.repeat(64)), 404, 'version.unknown');
  const bodyless = await send(`${uploads}/f/me/roll/current`, {
    method: 'PUT',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  assertProblem(bodyless, 400, 'request.bad_body');
});

test('DELETE removes a function, and the next call does not find it', async () => {
  await upload(uploads, 'me/gone', demo('echo'));
  assert.equal((await post(`${edge}/f/me/gone`, 'x')).status, 200);
  assert.equal((await send(`${uploads}/f/me/gone`, { method: 'DELETE' })).status, 204);
  assertProblem(await post(`${edge}/f/me/gone`, 'x'), 404, 'function.unknown');
  assertProblem(await send(`${uploads}/f/me/gone`, { method: 'DELETE' }), 404, 'function.unknown');
});
