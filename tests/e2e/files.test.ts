import { writeTar, type WritableEntry } from '@faasm/filesystem';
import { corpusModule, demoFunctions } from '@faasm/guests';
import { versionArchiveEntries } from '@faasm/functions';
import { FaasmProcess } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { assertProblem, json, post, send, upload, type Answer } from './api.ts';

let directory = '';
let faasm: FaasmProcess;
let uploads = '';
let echo: Uint8Array<ArrayBuffer>;

async function start(): Promise<void> {
  faasm = await FaasmProcess.start({
    args: ['start', '--port', '0', '--upload-port', '0', '--data-dir', join(directory, 'data')],
    env: { DEMO_FUNCTIONS: 'off', FILES_LIMIT_BYTES: '1000000', FILES_LIMIT_ENTRIES: '20' },
    roles: ['edge', 'upload'],
  });
  uploads = faasm.url('upload');
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faasm-e2e-files-'));
  await start();
  const demos = await demoFunctions();
  echo = demos.find(({ ref }) => ref.name === 'echo')?.wasm ?? new Uint8Array();
});

after(async () => {
  await faasm.stop();
  await rm(directory, { recursive: true });
});

async function putArchive(name: string, body: Uint8Array): Promise<Answer> {
  const headers = { 'content-type': 'application/x-tar' };
  return await send(`${uploads}/f/${name}`, { method: 'PUT', body, headers });
}

/** Uploads the function that prints files, with some of its own. */
async function putFiles(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const entries = Object.entries(files).map(([path, content]) => file(path, content));
  const body = Buffer.concat([...writeTar(versionArchiveEntries(await corpusModule('files'), entries))]);
  const answer = await putArchive(name, body);
  assert.equal(answer.status, 201, answer.body.toString());
}

/** What the function prints whose input is a path. */
async function print(name: string, path: string): Promise<string> {
  const answer = await post(`${faasm.url('edge')}/f/${name}`, path);
  if (answer.status === 200) return answer.body.toString();
  return `exit ${String(assertProblem(answer, 500, 'guest.exit')['exitCode'])}`;
}

/** An archive of the echo module, and entries as they are. */
function archive(...entries: readonly WritableEntry[]): Uint8Array {
  return Buffer.concat([...writeTar([{ kind: 'file', path: 'function.wasm', bytes: echo }, ...entries])]);
}

function file(path: string, content: string): WritableEntry {
  return { kind: 'file', path, bytes: Buffer.from(content) };
}

test('PUT of what tar makes of a directory is one version of module and files, and the same again is none', async () => {
  const root = join(directory, 'version');
  await mkdir(join(root, 'files/sub'), { recursive: true });
  await writeFile(join(root, 'function.wasm'), echo);
  await writeFile(join(root, 'files/hello.txt'), 'hello');
  const longName = 'a-long-name-'.repeat(15);
  await writeFile(join(root, 'files/sub', longName), 'x'.repeat(300_000));
  await symlink('sub', join(root, 'files/link'));
  const tar = async (...formats: readonly string[]): Promise<Buffer> =>
    await buffer(
      spawn('tar', ['-c', ...formats, '-C', root, '.'], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout,
    );
  const first = await putArchive('me/site', await tar());
  assert.equal(first.status, 201, first.body.toString());
  const { digest, files } = json(first) as { digest: string; files: { entries: number; sizeBytes: number } };
  assert.notEqual(digest, createHash('sha256').update(echo).digest('hex'));
  assert.deepEqual([files.entries, files.sizeBytes], [4, 300_005]);
  for (const format of ['--format=gnu', '--format=posix']) {
    const again = await putArchive('me/site', await tar(format));
    assert.deepEqual([again.status, json(again)['digest']], [200, digest], format);
  }
  const module = await send(`${uploads}/f/me/site`, { headers: { accept: 'application/wasm' } });
  assert.ok(module.body.equals(echo));
});

test('GET downloads an archive that tar reads, and that is the same version when it is uploaded again', async () => {
  const link: WritableEntry = { kind: 'symlink', path: 'files/sub/link', target: '../a' };
  const uploaded = archive(file('files/a', 'one'), file(`files/sub/${'long-'.repeat(40)}`, 'two'), link);
  const { digest } = json(await putArchive('me/back', uploaded));
  const download = async (query = ''): Promise<Answer> =>
    await send(`${uploads}/f/me/back${query}`, { headers: { accept: 'application/x-tar' } });
  const answer = await download();
  assert.equal(answer.headers.get('content-type'), 'application/x-tar');
  const tar = spawn('tar', ['-t'], { stdio: ['pipe', 'pipe', 'inherit'] });
  tar.stdin.end(answer.body);
  const names = (await text(tar.stdout)).trimEnd().split('\n').toSorted();
  const below = ['files/sub', 'files/sub/link', `files/sub/${'long-'.repeat(40)}`];
  assert.deepEqual(names, ['files/a', ...below, 'function.wasm']);
  const again = await putArchive('me/back', answer.body);
  assert.deepEqual([again.status, json(again)['digest']], [200, digest]);
  const bare = await upload(uploads, 'me/back', echo);
  assert.notEqual(bare['digest'], digest);
  assert.ok((await download(`?version=${String(digest)}`)).body.equals(answer.body));
  assert.equal(json(await putArchive('me/bare', (await download()).body))['digest'], bare['digest']);
  assertProblem(await download(`?version=${'0'.repeat(64)}`), 404, 'version.unknown');
});

test('PUT of other files, or of none, is another version, and going back brings module and files back', async () => {
  const [one, two] = [archive(file('files/a', 'one')), archive(file('files/a', 'two!'))];
  const digests = [
    json(await putArchive('me/versions', one))['digest'],
    json(await putArchive('me/versions', two))['digest'],
    (await upload(uploads, 'me/versions', echo))['digest'],
  ];
  assert.equal(new Set(digests).size, 3);
  const described = json(await send(`${uploads}/f/me/versions`)) as {
    versions: { files?: { sizeBytes: number } }[];
  };
  assert.deepEqual(
    described.versions.map(({ files }) => files?.sizeBytes),
    [3, 4, undefined],
  );
  const back = {
    method: 'PUT',
    body: '{"digest":"previous"}',
    headers: { 'content-type': 'application/json' },
  };
  assert.equal(json(await send(`${uploads}/f/me/versions/current`, back))['current'], digests[1]);
});

test('PUT refuses hostile archives by name, and keeps nothing', async () => {
  const invalid = async (body: Uint8Array, detail: RegExp): Promise<void> => {
    assert.match(
      String(assertProblem(await putArchive('me/bad', body), 400, 'files.invalid')['detail']),
      detail,
    );
  };
  await invalid(Buffer.from('no archive'), /ends before its end mark/);
  await invalid(Buffer.concat([...writeTar([file('files/a', 'x')])]), /holds no file function\.wasm/);
  await invalid(archive(file('files/../../etc/passwd', 'x')), /has \.\. in its path/);
  await invalid(archive(file('/etc/passwd', 'x')), /"\/etc\/passwd" is neither function\.wasm nor in files/);
  await invalid(archive(file('files/a', 'x'), file('./files/a', 'y')), /"a" comes twice/);
  await invalid(
    archive({ kind: 'symlink', path: 'files/a', target: '/etc/passwd' }),
    /"a" leads to "\/etc\/passwd", outside/,
  );
  const bomb = Buffer.from(archive(file('files/bomb', 'x')));
  const header = bomb.byteLength - 2 * 512 - 2 * 512;
  bomb.write('77777777777', header + 124);
  bomb.write('        ', header + 148);
  const sum = bomb.subarray(header, header + 512).reduce((all, byte) => all + byte, 0);
  bomb.write(`${sum.toString(8).padStart(6, '0')}\0 `, header + 148);
  await invalid(bomb, /"files\/bomb", which says that it has 8589934591 bytes/);
  const tooLarge = await putArchive('me/bad', archive(file('files/a', 'x'.repeat(1_000_001))));
  const detail = /"a" of 1000001 bytes brings all files over the limit of 1000000 bytes/;
  assert.match(String(assertProblem(tooLarge, 413, 'files.too_large')['detail']), detail);
  const tooMany = await putArchive('me/bad', archive(file(`files/${'d/'.repeat(20)}a`, '')));
  assert.match(String(assertProblem(tooMany, 413, 'files.too_large')['detail']), /limit of 20 files/);
  const noModule = Buffer.concat([...writeTar([file('function.wasm', 'no module'), file('files/a', 'x')])]);
  assertProblem(await putArchive('me/bad', noModule), 400, 'module.invalid');
  assertProblem(await send(`${uploads}/f/me/bad`), 404, 'function.unknown');
  assert.deepEqual(await readdir(join(directory, 'data', 'staging')), []);
});

test('A call finds the files of its version, in constructors too, and going back brings those of before (I5)', async () => {
  const large = 'x'.repeat(200_000);
  await putFiles('me/files', { 'greeting.txt': 'one', 'sub/large': large });
  assert.equal(await print('me/files', '/greeting.txt'), 'constructor one\none');
  assert.equal(await print('me/files', 'sub/large'), `constructor one\n${large}`);
  assert.equal(await print('me/files', '/sub/../sub/none'), 'exit 1');
  await putFiles('me/files', { 'greeting.txt': 'two' });
  assert.equal(await print('me/files', '/greeting.txt'), 'constructor two\ntwo');
  assert.equal(await print('me/files', 'sub/large'), 'exit 1');
  await upload(uploads, 'me/files', await corpusModule('files'));
  assert.equal(await print('me/files', '/greeting.txt'), 'exit 1');
  assert.equal(await print('me/files', '/etc/hosts'), 'constructor \n127.0.0.1\tlocalhost\n');
  const back = {
    method: 'PUT',
    body: '{"digest":"previous"}',
    headers: { 'content-type': 'application/json' },
  };
  assert.equal((await send(`${uploads}/f/me/files/current`, back)).status, 200);
  assert.equal(await print('me/files', '/greeting.txt'), 'constructor two\ntwo');
});

test('Two users of one module have the files of their own, at once and after a restart (I5)', async () => {
  const users = ['alice', 'bob'];
  for (const user of users) await putFiles(`${user}/files`, { 'greeting.txt': user });
  const all = async (): Promise<string[]> =>
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => await print(`${users[i % 2]}/files`, 'greeting.txt')),
    );
  const expected = Array.from({ length: 20 }, (_, i) => `constructor ${users[i % 2]}\n${users[i % 2]}`);
  assert.deepEqual(await all(), expected);
  await faasm.stop();
  await start();
  assert.deepEqual(await all(), expected);
  assert.equal(await print('alice/files', '../../../../../../etc/passwd'), 'exit 1');
});
