import { corpusModule, demoFunctions } from '@faasm/guests';
import { FaasmProcess } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MAIN, runCli, type Done, type Running } from './cli-under-test.ts';

let directory = '';
let server: FaasmProcess;

async function run(args: readonly string[], running: Running = {}): Promise<Done> {
  return await runCli(args, { cwd: directory, ...running });
}

/** Runs a client command against the server of this test. */
async function client(args: readonly string[], running: Running = {}): Promise<Done> {
  return await run([...args, '--edge', server.url('edge'), '--upload-url', server.url('upload')], running);
}

/** Runs a client command that must work, and returns what it printed without the end of the line. */
async function printed(args: readonly string[], running: Running = {}): Promise<string> {
  const { code, stdout, stderr } = await client(args, running);
  assert.equal(code, 0, stderr);
  return stdout.toString().trimEnd();
}

/** As {@link printed}, read as JSON. */
async function json(args: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await printed([...args, '--json'])) as Record<string, unknown>;
}

async function moduleFile(name: Parameters<typeof corpusModule>[0]): Promise<string> {
  const path = join(directory, `${name}.wasm`);
  await writeFile(path, await corpusModule(name));
  return path;
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faasm-cli-'));
  server = await FaasmProcess.start({
    args: ['start', '--port', '0', '--upload-port', '0', '--data-dir', join(directory, 'data')],
    env: { THREADS_PER_WORKER: '1', USER_LIMIT_CALLS: '1', MODULE_LIMIT_BYTES: '1000000' },
    roles: ['edge', 'upload'],
  });
  for (const name of ['exit7', 'trap', 'spin'] as const)
    await printed(['upload', await moduleFile(name), `corpus/${name}`]);
});

after(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

test('faasm prints help for --help, and exits with 2 for what it does not know', async () => {
  const help = await run(['--help']);
  assert.equal(help.code, 0);
  for (const name of ['start', 'invoke', 'doctor'])
    assert.match(help.stdout.toString(), new RegExp(`^  ${name} `, 'm'));
  const unknown = await run(['invok']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /unknown command 'invok'[^]*Did you mean invoke\?/);
  for (const args of [
    [],
    ['invoke'],
    ['start', '--no-such-flag'],
    ['invoke', 'a/b', '--input', 'x', '--file', 'y'],
  ]) {
    assert.equal((await run(args)).code, 2, args.join(' '));
  }
});

test('faasm settings shows, sets and resets the settings of a function', async () => {
  await printed(['upload', await moduleFile('cat'), 'settings/cat']);
  assert.match(await printed(['settings', 'get', 'settings/cat']), /has no settings of its own/);
  const set = ['settings', 'set', 'settings/cat'];
  assert.equal(
    await printed([...set, '--memory', '32MiB', '--timeout', '5s']),
    'memory   32MiB\ntimeout  5000ms',
  );
  assert.deepEqual(await json([...set, '--output', '1000', '--input', '4', '--log', '10']), {
    limits: { memoryBytes: 33_554_432, inputBytes: 4, outputBytes: 1_000, logBytes: 10, timeoutMs: 5_000 },
    environment: {},
    arguments: [],
  });
  assert.match(
    await printed([...set, '--writes', '1MiB', '--entries', '10', '--fds', '6']),
    /\nwrites   1MiB\nentries  10\nfds      6\n/u,
  );
  const refused = await client(['invoke', 'settings/cat', '--input', 'hello']);
  assert.deepEqual([refused.code, refused.stderr.includes('request.too_large')], [2, true]);
  for (const flags of [
    [],
    ['--memory', '1'],
    ['--memory', '32MB'],
    ['--timeout', 'soon'],
    ['--stack', '1'],
    ['--fds', '4'],
    ['--entries', '1KiB'],
  ])
    assert.equal((await client([...set, ...flags])).code, 2, flags.join(' '));
  const none = { limits: {}, environment: {}, arguments: [] };
  assert.deepEqual(await json(['settings', 'reset', 'settings/cat']), none);
  assert.deepEqual(await json(['settings', 'get', 'settings/cat']), none);
  assert.equal(await printed(['invoke', 'settings/cat', '--input', 'hello']), 'hello');
  assert.equal((await client(['settings', 'get', 'settings/nobody'])).code, 4);
});

test('faasm settings set gives a function variables and arguments, which its next call finds', async () => {
  await printed(['upload', await moduleFile('args-env'), 'settings/args-env']);
  const set = ['settings', 'set', 'settings/args-env'];
  assert.equal(
    await printed([...set, '--env', 'GREETING=hi', '--arg', '--verbose', '--arg', 'a b']),
    'env      GREETING=hi\narg      --verbose\narg      a b',
  );
  assert.match(
    await printed(['invoke', 'settings/args-env']),
    /^arg 0 function\.wasm\narg 1 --verbose\narg 2 a b\nenv PYTHONHOME=[^]*\nenv GREETING=hi$/,
  );
  assert.match(
    await printed(['invoke', 'settings/args-env', '--arg', '-n', '--arg', '100% grüß']),
    /\narg 2 a b\narg 3 -n\narg 4 100% grüß\nenv /,
  );
  assert.equal((await client([...set, '--env', '1A=x'])).code, 2);
});

test('faasm upload --files uploads a directory with the module, and refuses what leads outside of it', async () => {
  const root = join(directory, 'files');
  await mkdir(join(root, 'sub'), { recursive: true });
  await writeFile(join(root, 'sub/a.txt'), 'hello');
  const line = ['upload', await moduleFile('cat'), 'files/cat', '--files', root];
  assert.match(
    await printed(line),
    /^files\/cat is now [0-9a-f]{64} \(\d+ bytes, with 2 files of 5 bytes\)$/,
  );
  assert.deepEqual(await json(line), await json(line), 'the same version');
  await symlink('/etc/passwd', join(root, 'link'));
  const refused = await client(line);
  assert.deepEqual([refused.code, /"link" leads to "\/etc\/passwd"/.test(refused.stderr)], [2, true]);
  assert.equal((await client(['upload', '--files', root])).code, 2);
  assert.equal((await client(['upload', '--demos', '--files', root])).code, 2);
});

test('faasm download brings module and files of a version back, and replaces nothing', async () => {
  const root = join(directory, 'to-upload');
  await mkdir(join(root, 'empty'), { recursive: true });
  await writeFile(join(root, 'a.txt'), 'hello');
  await symlink('a.txt', join(root, 'link'));
  const module = await moduleFile('cat');
  const { digest } = await json(['upload', module, 'back/cat', '--files', root]);
  await printed(['upload', module, 'back/cat']);
  const [copy, files] = [join(directory, 'copy.wasm'), join(directory, 'downloaded')];
  const line = ['download', 'back/cat', copy, '--files', files];
  assert.match(
    await printed([...line, '--digest', String(digest)]),
    /^back\/cat at [0-9a-f]{64} \(\d+ bytes, with 3 files of 5 bytes\)$/,
  );
  assert.ok((await readFile(copy)).equals(await readFile(module)));
  assert.equal(await readlink(join(files, 'link')), 'a.txt');
  assert.equal((await json(['upload', copy, 'back/again', '--files', files]))['digest'], digest);
  const refused = await client(line);
  assert.deepEqual([refused.code, /is not empty: it has "/.test(refused.stderr)], [2, true]);
  const current = await json(['download', 'back/cat', '--files', join(directory, 'none')]);
  assert.deepEqual(current['files'], { entries: 0, sizeBytes: 0 });
  assert.equal((await client(['download', 'back/cat'])).code, 2);
  assert.equal((await client(['download', 'back/missing', copy])).code, 4);
  assert.equal((await client(['download', 'back/cat', copy, '--digest', '0'.repeat(64)])).code, 4);
});

test('faasm logs prints what a call wrote, and follows a function until Ctrl-C', async () => {
  await printed(['upload', await moduleFile('args-env'), 'logs/args-env']);
  const id = await printed(['invoke', 'logs/args-env', '--async']);
  await printed(['result', id, '--wait']);
  assert.match(await printed(['logs', id]), /^arg 0 function\.wasm\n/);
  assert.equal(await printed(['logs', id, '--stderr']), '');
  assert.partialDeepStrictEqual(await json(['logs', id]), { id, outcome: { type: 'success' } });
  assert.equal((await client(['logs', 'logs/args-env'])).code, 4);
  assert.equal((await client(['logs', '--follow', 'logs/nobody'])).code, 4);
  const line = [MAIN, 'logs', '--follow', 'logs/args-env', '--edge', server.url('edge')];
  const follower = spawn(process.execPath, line, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(follower, 'close') as Promise<[number | null]>;
  const seen = once(follower.stdout, 'data').then(([chunk]) => String(chunk));
  const both = seen.then(() => true);
  // It follows a moment after it was started.
  while (!(await Promise.race([both, client(['invoke', 'logs/args-env']).then(() => false)])));
  assert.match(await seen, /^\d{4}-\d\d-\d\dT[^ ]+ [0-9A-Z]{26} success\n {2}out arg 0 function\.wasm\n/);
  follower.kill('SIGINT');
  assert.deepEqual(await ended, [0, null]);
});

test('faasm invoke returns piped bytes unchanged, and takes text, files and no input', async () => {
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256));
  const piped = await client(['invoke', 'demo/echo'], { input: bytes });
  assert.equal(piped.code, 0, piped.stderr);
  assert.ok(piped.stdout.equals(bytes));
  const file = join(directory, 'input');
  await writeFile(file, 'from a file\0');
  assert.equal(await printed(['invoke', 'demo/echo', '--input', 'from the line']), 'from the line');
  assert.equal(await printed(['invoke', 'demo/echo', '--file', file]), 'from a file\0');
  assert.equal(await printed(['invoke', 'demo/hello']), 'Hello, world!');
  const { outputBase64, timings, id } = await json(['invoke', 'demo/echo', '--input', 'x']);
  assert.equal(outputBase64, Buffer.from('x').toString('base64'));
  assert.deepEqual(Object.keys(timings as object), ['queueMs', 'coldMs', 'runMs']);
  assert.match(String(id), /^[0-9A-Z]{26}$/);
});

test('faasm invoke exits with 1 for a failed function and passes on what it printed', async () => {
  const exit7 = await client(['invoke', 'corpus/exit7']);
  assert.equal(exit7.code, 1);
  assert.ok(exit7.stdout.byteLength > 0);
  const [ofGuest = '', ofCommand = ''] = exit7.stderr.split(/^(?=error )/m);
  assert.ok(ofGuest.length > 0);
  assert.match(ofCommand, /^error guest\.exit: .* 7\n$/);
  const trap = await client(['invoke', 'corpus/trap', '--json']);
  assert.equal(trap.code, 1);
  assert.equal(trap.stderr, '');
  const { error } = JSON.parse(trap.stdout.toString()) as { error: Record<string, unknown> };
  assert.equal(error['code'], 'guest.trap');
  assert.match(String(error['callId']), /^[0-9A-Z]{26}$/);
});

test('faasm exits with 2, 3, 4 and 6 for bad input, no server, nothing there and a deadline', async () => {
  const cases: readonly (readonly [number, RegExp, readonly string[]])[] = [
    [2, /^error request\.bad_name: .*"a"/, ['invoke', 'a']],
    [2, /^error usage: --timeout "soon"/, ['invoke', 'demo/echo', '--timeout', 'soon']],
    [2, /^error usage: .*no-such-file/, ['invoke', 'demo/echo', '--file', '/no-such-file']],
    [2, /^error request\.bad_header: .*7200000ms/, ['invoke', 'demo/echo', '--timeout', '2h']],
    [2, /^error usage: --arg is empty/, ['invoke', 'demo/echo', '--arg', '']],
    [
      2,
      /^error request\.bad_header: .*65 arguments.* 64$/m,
      ['invoke', 'demo/echo', ...Array<string>(65).fill('--arg=x')],
    ],
    [2, /^error module\.invalid: /, ['upload', MAIN, 'a/b']],
    [2, /^error usage: --port belongs to the upload service/, ['upload', MAIN, 'a/b', '--port', '1']],
    [4, /^error function\.unknown: .*demo\/nobody/, ['invoke', 'demo/nobody']],
    [4, /^error function\.unknown: .*demo\/nobody/, ['delete', 'demo/nobody']],
    [4, /^error call\.unknown: /, ['result', '01ARZ3NDEKTSV4RRFFQ69G5FAV']],
    [4, /^error call\.unknown: /, ['status', 'nonsense']],
    [6, /^error call\.deadline: .*100 ms/, ['invoke', 'corpus/spin', '--timeout', '100ms']],
  ];
  for (const [code, message, args] of cases) {
    const done = await client(args);
    assert.equal(done.code, code, `${args.join(' ')}: ${done.stderr}`);
    assert.match(done.stderr, message);
    assert.equal(done.stdout.toString(), '');
  }
  const nobody = await run(['list', '--upload-url', 'http://127.0.0.1:1']);
  assert.equal(nobody.code, 3);
  assert.match(nobody.stderr, /^error unreachable: No answer from http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/);
});

test('faasm invoke --async, status, result and cancel follow a call to its end; 5 when the user has too many', async () => {
  assert.equal(await printed(['invoke', 'demo/echo', '--wait', '--input', 'later']), 'later');
  const { id, durable } = await json(['invoke', 'corpus/spin', '--async']);
  assert.equal(durable, false);
  const refused = await client(['invoke', 'corpus/spin', '--async']);
  assert.equal(refused.code, 5);
  assert.match(refused.stderr, /^error user\.limit: /);
  const call = String(id);
  const early = await client(['result', call, '--wait', '50ms']);
  assert.equal(early.code, 6);
  assert.match(early.stderr, /^error deadline: Call .* has not ended: it is (?:queued|running)\n$/);
  assert.equal(await printed(['cancel', call]), `${call} is cancelled`);
  const status = await printed(['status', call]);
  assert.match(status, /^function {2}corpus\/spin$/m);
  assert.match(status, /^state {5}done$/m);
  assert.match(status, /^outcome {3}error call\.cancelled$/m);
  assert.equal((await client(['result', call])).code, 6);
  assert.equal((await client(['cancel', call])).code, 2);
});

test('faasm upload, list, rollback and delete manage versions', async () => {
  const [first, second] = [await moduleFile('cat'), await moduleFile('count')];
  const { digest } = await json(['upload', first, 'me/tool']);
  assert.match(await printed(['upload', second, 'me/tool']), /^me\/tool is now [0-9a-f]{64} \(\d+ bytes\)/);
  const short = String(digest).slice(0, 12);
  assert.doesNotMatch(await printed(['list', 'me']), new RegExp(short));
  assert.equal(await printed(['rollback', 'me/tool']), `me/tool is now ${String(digest)}`);
  assert.equal(await printed(['list', 'me']), `me/tool  ${short}  2 versions`);
  assert.equal(await printed(['invoke', 'me/tool', '--input', 'a line']), 'a line');
  assert.equal((await client(['rollback', 'me/tool', 'f'.repeat(64)])).code, 4);
  assert.equal(await printed(['delete', 'me/tool']), 'me/tool is removed');
  assert.equal(await printed(['list', 'me']), 'There are no functions');
});

test('faasm new makes a folder that faasm build makes a module of, which can be uploaded and called', async () => {
  const made = await run(['new', 'c', 'greet']);
  assert.equal(made.stdout.toString(), 'greet is a function; there: faasm build\n');
  const built = await run(['build', 'greet']);
  assert.match(built.stdout.toString(), /^greet\/greet\.wasm \(\d+ bytes\)\n$/);
  await printed(['upload', join(directory, 'greet/greet.wasm'), 'me/greet']);
  assert.equal(await printed(['invoke', 'me/greet', '--input', 'Ada']), 'Hello, Ada!');
  const twice = await run(['new', 'c', 'greet']);
  assert.deepEqual([twice.code, twice.stderr.startsWith('error usage: EEXIST')], [2, true]);
  assert.equal((await run(['new', 'cobol', 'greet'])).code, 2);
});

test('faasm build says which imports the host lacks, hands on flags, and exits with 2 for what cannot be built', async () => {
  const source = join(directory, 'strange.c');
  await writeFile(
    source,
    '__attribute__((import_module("env"), import_name("nothing"))) void nothing(void); int main(void) { nothing(); }',
  );
  const { stdout } = await run(['build', source, '--json', '--output', join(directory, 'other.wasm')]);
  const { output, warnings } = JSON.parse(stdout.toString()) as { output: string; warnings: string[] };
  assert.equal(output, join(directory, 'other.wasm'));
  assert.deepEqual(warnings, ['Host has no function env.nothing: a call of it traps']);
  await writeFile(source, 'int main(void) { return NUMBER; }');
  const flags = await run(['build', source, '-o', join(directory, 'flags.wasm'), '--', '-DNUMBER=3', '-O3']);
  assert.equal(flags.code, 0, flags.stderr);
  const two = await run(['build', source, source]);
  assert.deepEqual(
    [two.code, two.stderr.startsWith('error usage: Flags for the compiler begin with -')],
    [2, true],
  );
  await writeFile(source, 'int main(void) { return nothing; }');
  const wrong = await run(['build', source]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /^error build: .*clang ended with 1:\nstrange\.c:1:\d+: error: .*'nothing'/);
});

test('faasm upload --demos uploads every demo function', async () => {
  const names = (await demoFunctions()).map(({ ref }) => `${ref.user}/${ref.name}`);
  await printed(['delete', 'demo/echo']);
  const lines = (await printed(['upload', '--demos'])).split('\n');
  for (const name of names)
    assert.ok(
      lines.some((line) => line.startsWith(`${name} is now `)),
      name,
    );
  assert.equal(await printed(['invoke', 'demo/echo', '--input', 'again']), 'again');
  const all = JSON.parse(await printed(['upload', '--demos', '--json'])) as { function: string }[];
  assert.deepEqual(
    all.map((one) => one.function),
    names,
  );
});

test('faasm upload reports a module over the limit of the server', async () => {
  const path = join(directory, 'large.wasm');
  await writeFile(path, Buffer.alloc(20_000_000));
  const done = await client(['upload', path, 'me/large']);
  assert.equal(done.code, 2, done.stderr);
  assert.match(done.stderr, /^error module\.too_large: .*1000000/);
});

test('faasm config shows each value with its source, and tells everything that is wrong', async () => {
  const env = { UPLOAD_PORT: '9002' };
  const shown = (await run(['config', 'start', '--port', '9000'], { env })).stdout.toString();
  assert.match(shown, /^EDGE_PORT +9000 +flag$/m);
  assert.match(shown, /^UPLOAD_PORT +9002 +environment$/m);
  assert.match(shown, /^LOG_LEVEL +info +default$/m);
  assert.doesNotMatch(shown, /REDIS/);
  const all = await run(['config', '--json'], { env });
  assert.ok((JSON.parse(all.stdout.toString()) as unknown[]).length > 20);
  const wrong = { EDGE_PORT: 'high', FAASM_DEBUG: '1', FUNC_ROOTS: 'x' };
  for (const args of [['config'], ['start'], ['edge'], ['doctor']]) {
    const done = await run(args, { env: wrong });
    const said = done.stderr + done.stdout.toString();
    for (const name of Object.keys(wrong)) assert.match(said, new RegExp(`- ${name}\\b`), args.join(' '));
    assert.equal(done.code, args[0] === 'doctor' ? 1 : 2, args.join(' '));
  }
});

test('faasm start ends with 2 when its port is taken, instead of serving half', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const port = String((other.address() as AddressInfo).port);
  const args = ['start', '--port', port, '--upload-port', '0', '--data-dir', join(directory, 'other')];
  const done = await run(args);
  other.close();
  assert.equal(done.code, 2);
  assert.match(done.stderr, /^error usage: .*EADDRINUSE.*$/m);
});

test('faasm doctor measures this machine and exits with 1 when something fails', async () => {
  const env = { FUNC_ROOT: join(directory, 'new'), EDGE_PORT: '0', UPLOAD_PORT: '0', REDIS_PORT: '1' };
  const fine = await client(['doctor'], { env });
  assert.equal(fine.code, 0, fine.stdout.toString());
  assert.match(fine.stdout.toString(), /^ok {4}JSPI: /m);
  assert.match(fine.stdout.toString(), /^ok {4}edge at http:\/\/127\.0\.0\.1:\d+: ready$/m);
  const broken = await client(['doctor', '--json'], { env: { ...env, REDIS_QUEUE_HOST: '127.0.0.1' } });
  assert.equal(broken.code, 1);
  const findings = JSON.parse(broken.stdout.toString()) as { check: string; level: string }[];
  const failed = findings.filter(({ level }) => level === 'fail').map(({ check }) => check);
  assert.deepEqual(failed, ['REDIS_QUEUE_HOST 127.0.0.1:1']);
});
