import { assemble, I32, OP, type TestModule } from '@faasm/faaslet/testing';
import { corpusModule } from '@faasm/guests';
import { FaasmProcess } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertProblem, json, post, send, upload, type Answer } from './api.ts';

const PAGE_BYTES = 65_536;

/** What the operator of this test's server allows at most. */
const OPERATORS = {
  MEMORY_LIMIT_BYTES: String(64 * PAGE_BYTES),
  INPUT_LIMIT_BYTES: '100000',
  OUTPUT_LIMIT_BYTES: '10000',
  LOG_LIMIT_BYTES: '1000',
  CALL_TIMEOUT_MAX: '90000',
};

const IMPORTS: NonNullable<TestModule['imports']> = [
  { from: 'env', name: '__faasm_read_input', parameters: [I32, I32], results: [I32] },
  { from: 'env', name: '__faasm_write_output', parameters: [I32, I32] },
  { from: 'wasi_snapshot_preview1', name: 'fd_write', parameters: [I32, I32, I32, I32], results: [I32] },
];
const [READ, OUTPUT, WRITE] = [0, 1, 2];

const memory = { min: 1 };

/** One small guest for each limit. */
const GUESTS = {
  /** Exits with 7 unless its memory can grow by 3 pages. */
  grows: {
    memory,
    functions: [
      {
        name: 'main',
        parameters: [I32, I32],
        results: [I32],
        body: [OP.i32(3), OP.memoryGrow, OP.i32(-1), 0x46, OP.i32(7), 0x6c],
      },
    ],
  },
  /** Answers with the size of its input, as four bytes. */
  counts: {
    imports: IMPORTS,
    memory,
    functions: [
      {
        name: '_start',
        body: [
          OP.i32(0),
          OP.i32(0),
          OP.i32(0),
          OP.call(READ),
          OP.i32Store,
          OP.i32(0),
          OP.i32(4),
          OP.call(OUTPUT),
        ],
      },
    ],
  },
  /** Answers with 100 bytes. */
  writes: {
    imports: IMPORTS,
    memory,
    functions: [{ name: '_start', body: [OP.i32(0), OP.i32(100), OP.call(OUTPUT)] }],
  },
  /** Writes 100 bytes to standard error, then traps. */
  logs: {
    imports: IMPORTS,
    memory,
    data: Buffer.alloc(200, 'x'),
    functions: [
      {
        name: '_start',
        body: [
          OP.i32(0),
          OP.i32(50),
          OP.i32Store,
          OP.i32(4),
          OP.i32(100),
          OP.i32Store,
          OP.i32(2),
          OP.i32(0),
          OP.i32(1),
          OP.i32(8),
          OP.call(WRITE),
          OP.drop,
          OP.unreachable,
        ],
      },
    ],
  },
  spins: { functions: [{ name: '_start', body: [OP.loop, OP.br(0), OP.end] }] },
} satisfies Record<string, TestModule>;

let directory = '';
let faasm: FaasmProcess;

async function start(env: Readonly<Record<string, string>> = {}): Promise<FaasmProcess> {
  return await FaasmProcess.start({
    args: ['start', '--port', '0', '--upload-port', '0', '--data-dir', join(directory, 'data')],
    env: { THREADS_PER_WORKER: '1', DEMO_FUNCTIONS: 'off', ...OPERATORS, ...env },
    roles: ['edge', 'upload'],
  });
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faasm-e2e-settings-'));
  faasm = await start();
  for (const [name, module] of Object.entries(GUESTS))
    await upload(faasm.url('upload'), `me/${name}`, assemble(module));
});

after(async () => {
  await faasm.stop();
  await rm(directory, { recursive: true });
});

async function settings(name: string, method = 'GET', body?: unknown): Promise<Answer> {
  const parts = { method, headers: body === undefined ? {} : { 'content-type': 'application/json' } };
  const sent = body === undefined ? parts : { ...parts, body: JSON.stringify(body) };
  return await send(`${faasm.url('upload')}/f/me/${name}/settings`, sent);
}

async function choose(name: string, limits: Readonly<Record<string, number>>): Promise<void> {
  const answer = await settings(name, 'PUT', { limits });
  assert.equal(answer.status, 200, answer.body.toString());
  assert.deepEqual(json(answer), { ...NONE, limits });
}

/** Settings where none were chosen. */
const NONE = { limits: {}, environment: {}, arguments: [] };

async function call(name: string, body: Uint8Array | string = '', headers = {}): Promise<Answer> {
  return await post(`${faasm.url('edge')}/f/me/${name}`, body, headers);
}

test('memoryBytes of the settings bounds what a function can grow to, from the next call on', async () => {
  assert.equal((await call('grows')).status, 200);
  await choose('grows', { memoryBytes: 3 * PAGE_BYTES });
  assert.equal((await call('grows')).headers.get('x-faasm-exit-code'), '7');
  await choose('grows', { memoryBytes: 4 * PAGE_BYTES });
  assert.equal((await call('grows')).status, 200);
});

test('inputBytes of the settings refuses a larger input with 413, of both kinds of calls', async () => {
  await choose('counts', { inputBytes: 1_000 });
  assert.equal((await call('counts', new Uint8Array(1_000))).body.readUInt32LE(), 1_000);
  const refused = assertProblem(await call('counts', new Uint8Array(1_001)), 413, 'request.too_large');
  assert.match(String(refused['detail']), /1001 bytes .* function me\/counts, 1000 bytes/);
  const later = await post(`${faasm.url('edge')}/fa/me/counts`, new Uint8Array(1_001));
  assertProblem(later, 413, 'request.too_large');
});

test('outputBytes of the settings ends a call that answers with more', async () => {
  await choose('writes', { outputBytes: 99 });
  const refused = assertProblem(await call('writes'), 500, 'guest.output_limit');
  assert.match(String(refused['detail']), /100 bytes .* 99 bytes/);
  await choose('writes', { outputBytes: 100 });
  assert.equal((await call('writes')).body.byteLength, 100);
});

test('logBytes of the settings bounds what is kept of a log', async () => {
  const kept = async (): Promise<number> =>
    String(assertProblem(await call('logs'), 500, 'guest.trap')['stderr']).length;
  assert.equal(await kept(), 100);
  await choose('logs', { logBytes: 10 });
  assert.equal(await kept(), 10);
});

test('timeoutMs of the settings is the time of calls, and no caller gets more', async () => {
  await choose('spins', { timeoutMs: 100 });
  const ended = assertProblem(await call('spins'), 504, 'call.deadline');
  assert.match(String(ended['detail']), /within 100 ms/);
  const shorter = assertProblem(await call('spins', '', { 'x-faasm-timeout': '50ms' }), 504, 'call.deadline');
  assert.match(String(shorter['detail']), /within 50 ms/);
  const longer = await call('spins', '', { 'x-faasm-timeout': '1s' });
  assert.match(String(assertProblem(longer, 400, 'request.bad_header')['detail']), /1000 ms .* 100 ms/);
});

test('environment and arguments of the settings reach the next call, after what every function has', async () => {
  await upload(faasm.url('upload'), 'me/args-env', await corpusModule('args-env'));
  const lines = async (): Promise<string[]> => (await call('args-env')).body.toString().trimEnd().split('\n');
  const usual = await lines();
  assert.equal(usual[0], 'arg 0 function.wasm');
  const chosen = {
    limits: {},
    environment: { OWN: 'grüß dich=1', PYTHONHOME: '/py' },
    arguments: ['-v', 'a b'],
  };
  const answer = await settings('args-env', 'PUT', chosen);
  assert.deepEqual([answer.status, json(answer)], [200, chosen]);
  assert.deepEqual(await lines(), [
    'arg 0 function.wasm',
    'arg 1 -v',
    'arg 2 a b',
    ...usual.slice(1).filter((line) => line !== 'env PYTHONHOME=/'),
    'env OWN=grüß dich=1',
    'env PYTHONHOME=/py',
  ]);
  const own = await call('args-env', '', { 'x-faasm-arguments': 'last%20one' });
  assert.match(own.body.toString(), /^arg 0 function\.wasm\narg 1 -v\narg 2 a b\narg 3 last one\nenv /);
  const later = await post(`${faasm.url('edge')}/fa/me/args-env`, '', { 'x-faasm-arguments': 'later' });
  const ended = await send(`${faasm.url('edge')}${later.headers.get('location')}/result?wait=20s`);
  assert.match(ended.body.toString(), /\narg 3 later\nenv /);
  const many = await call('args-env', '', { 'x-faasm-arguments': 'x '.repeat(63) });
  assert.match(
    String(assertProblem(many, 400, 'request.bad_header')['detail']),
    /63 arguments, .* me\/args-env .* 62$/,
  );
  assert.equal((await settings('args-env', 'DELETE')).status, 204);
  assert.deepEqual(await lines(), usual);
});

test('Settings that do not fit are refused by name, value and bound, and those before stay', async () => {
  await choose('writes', { outputBytes: 100 });
  for (const [body, detail] of [
    [
      { limits: { memoryBytes: 65 * PAGE_BYTES } },
      /limits\.memoryBytes is 4259840, .* 65536 to 4194304 \(bytes\)/,
    ],
    [{ limits: { inputBytes: 100_001 } }, /limits\.inputBytes is 100001, .* 1 to 100000/],
    [{ limits: { outputBytes: 10_001 } }, /limits\.outputBytes is 10001, .* 1 to 10000/],
    [{ limits: { logBytes: 1_001 } }, /limits\.logBytes is 1001, .* 1 to 1000/],
    [{ limits: { timeoutMs: 90_001 } }, /limits\.timeoutMs is 90001, .* 1 to 90000 \(ms\)/],
    [{ limits: { outputBytes: '50' } }, /limits\.outputBytes is "50"/],
    [{ limits: { descriptors: 3 } }, /limits\.descriptors is 3, .* 5 to 64 \(descriptors\)/],
    [{ limits: { threads: 3 } }, /limits\."threads" is unknown/],
    [{ limit: {} }, /"limit" is unknown/],
    [{ environment: { 'A=B': 'x' } }, /environment has the name "A=B"/],
    [{ environment: { A: 'x'.repeat(5_000) } }, /environment\.A has 5000 bytes, over the limit of 4096/],
    [{ arguments: [5] }, /arguments\.0 is 5, not text/],
    [[], /Settings are \[\]/],
  ] as const) {
    const refused = assertProblem(await settings('writes', 'PUT', body), 400, 'request.bad_body');
    assert.match(String(refused['detail']), detail);
  }
  assert.deepEqual(json(await settings('writes')), { ...NONE, limits: { outputBytes: 100 } });
  assertProblem(await settings('writes', 'PUT'), 400, 'request.bad_body');
  for (const method of ['GET', 'DELETE'])
    assertProblem(await settings('nobody', method), 404, 'function.unknown');
  assertProblem(await settings('nobody', 'PUT', {}), 404, 'function.unknown');
});

test('Settings survive a new version, going back and a restart, and give way to a smaller limit of the operator', async () => {
  await choose('writes', { outputBytes: 99, timeoutMs: 80_000 });
  await upload(faasm.url('upload'), 'me/writes', assemble({ ...GUESTS.writes, data: Buffer.of(1) }));
  assertProblem(await call('writes'), 500, 'guest.output_limit');
  const back = {
    method: 'PUT',
    body: '{"digest":"previous"}',
    headers: { 'content-type': 'application/json' },
  };
  assert.equal((await send(`${faasm.url('upload')}/f/me/writes/current`, back)).status, 200);
  assertProblem(await call('writes'), 500, 'guest.output_limit');
  await faasm.stop();
  faasm = await start({ CALL_TIMEOUT_MAX: '70000' });
  assert.deepEqual(json(await settings('writes')), {
    ...NONE,
    limits: { outputBytes: 99, timeoutMs: 80_000 },
  });
  assertProblem(await call('writes'), 500, 'guest.output_limit');
  const accepted = await post(`${faasm.url('edge')}/fa/me/writes`);
  const { acceptedAt, deadlineAt } = json(
    await send(`${faasm.url('edge')}/calls/${accepted.body.toString().trim()}`),
  );
  assert.equal(Date.parse(String(deadlineAt)) - Date.parse(String(acceptedAt)), 70_000);
});

test('DELETE of settings, and of the function, brings the limits of the operator back', async () => {
  await choose('writes', { outputBytes: 99 });
  assertProblem(await call('writes'), 500, 'guest.output_limit');
  assert.equal((await settings('writes', 'DELETE')).status, 204);
  assert.deepEqual(json(await settings('writes')), NONE);
  assert.equal((await call('writes')).status, 200);
  await choose('writes', { outputBytes: 99 });
  assert.equal((await send(`${faasm.url('upload')}/f/me/writes`, { method: 'DELETE' })).status, 204);
  await upload(faasm.url('upload'), 'me/writes', assemble(GUESTS.writes));
  assert.equal((await call('writes')).status, 200);
});

test('A function whose memory begins over its limit is not run, and the answer names both', async () => {
  await upload(
    faasm.url('upload'),
    'me/large',
    assemble({ memory: { min: 2 }, functions: [{ name: '_start', body: [] }] }),
  );
  await choose('large', { memoryBytes: PAGE_BYTES });
  const refused = assertProblem(await call('large'), 500, 'guest.memory_limit');
  assert.match(String(refused['detail']), /131072 bytes, over the limit of 65536 bytes/);
});
