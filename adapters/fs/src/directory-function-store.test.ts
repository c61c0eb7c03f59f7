import { NO_SETTINGS } from '@faasm/functions';
import { functionStoreContract, put } from '@faasm/functions/contracts';
import { functionRef } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDataDirectory, readDataDirectory } from './data-directory.ts';
import { DirectoryFunctionStore } from './directory-function-store.ts';

const ECHO = functionRef('demo', 'echo');
const PUBLISHER = fileURLToPath(new URL('./testing/endless-publisher.ts', import.meta.url));

functionStoreContract('DirectoryFunctionStore', async () => {
  const path = await mkdtemp(join(tmpdir(), 'faasm-fs-'));
  const directory = await openDataDirectory(path);
  const store = new DirectoryFunctionStore(directory);
  await store.recover();
  const close = async (): Promise<void> => {
    directory.close();
    await rm(path, { recursive: true });
  };
  return { store, close };
});

/** A directory that is removed after the test. */
async function temporary(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'faasm-fs-'));
  t.after(async () => {
    await rm(path, { recursive: true });
  });
  return path;
}

async function openStore(path: string): Promise<{ store: DirectoryFunctionStore; close: () => void }> {
  const directory = await openDataDirectory(path);
  const store = new DirectoryFunctionStore(directory);
  await store.recover();
  const close = (): void => {
    directory.close();
  };
  return { store, close };
}

test('DirectoryFunctionStore points at a whole version after its writer was killed at any moment', async (t) => {
  const path = await temporary(t);
  for (let round = 0; round < 12; round++) {
    const writer = spawn(process.execPath, [PUBLISHER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: writer.stdout });
    let acknowledged = '';
    lines.on('line', (line) => (acknowledged = line));
    for (let i = 0; i <= round % 4; i++) await once(lines, 'line');
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const { store, close } = await openStore(path);
    const record = await store.describe(ECHO);
    const versions = record?.versions ?? [];
    assert.ok(
      versions.some(({ digest }) => digest === acknowledged),
      `round ${round}`,
    );
    for (const { digest } of versions) assert.ok((await store.read(ECHO, digest)).byteLength > 0);
    assert.deepEqual(await readdir(join(path, 'staging')), []);
    close();
  }
});

test('DirectoryFunctionStore shows a reader what the writer published', async (t) => {
  const path = await temporary(t);
  const reader = new DirectoryFunctionStore(readDataDirectory(path));
  await assert.rejects(reader.ping(), { code: 'store.unavailable' });
  const { store, close } = await openStore(path);
  assert.equal(await reader.ping(), true);
  assert.equal(await reader.current(ECHO), undefined);
  const { current } = await put(store, ECHO, Buffer.from('one'));
  assert.equal((await reader.current(ECHO))?.digest, current);
  close();
});

test('DirectoryFunctionStore reads a pointer of before there were settings, and settings that a later release added to', async (t) => {
  const path = await temporary(t);
  const { store, close } = await openStore(path);
  const { current: digest } = await put(store, ECHO, Buffer.from('one'));
  const file = join(path, 'functions', 'demo', 'echo', 'current');
  const pointer = { current: digest, history: [digest] };
  await writeFile(file, JSON.stringify(pointer));
  assert.deepEqual(await store.current(ECHO), { digest, settings: NO_SETTINGS });
  const settings = { limits: { logBytes: 5, later: 'x' }, later: {} };
  await writeFile(file, JSON.stringify({ ...pointer, settings }));
  assert.deepEqual(await store.current(ECHO), {
    digest,
    settings: { ...NO_SETTINGS, limits: { logBytes: 5 } },
  });
  close();
});

test('DirectoryFunctionStore refuses damaged files and names them', async (t) => {
  const path = await temporary(t);
  const { store, close } = await openStore(path);
  const { current } = await put(store, ECHO, Buffer.from('one'));
  const home = join(path, 'functions', 'demo', 'echo');
  await writeFile(join(home, 'versions', `${current}.wasm`), 'other');
  await assert.rejects(store.read(ECHO, current), { code: 'store.unavailable', message: /SHA-256/ });
  for (const content of [
    '',
    '{}',
    '{"current":"x","history":["x"]}',
    `{"current":"${current}","history":[]}`,
    `{"current":"${current}","history":["${current}"],"settings":null}`,
    `{"current":"${current}","history":["${current}"],"settings":{"limits":{"memoryBytes":"1"}}}`,
    `{"current":"${current}","history":["${current}"],"settings":{"limits":{"memoryBytes":1}}}`,
    `{"current":"${current}","history":["${current}"],"settings":{"environment":{"A":1}}}`,
    `{"current":"${current}","history":["${current}"],"settings":{"environment":{"A=":"1"}}}`,
    `{"current":"${current}","history":["${current}"],"settings":{"arguments":"--verbose"}}`,
    `{"current":"${current}","history":["${current}"],"parts":{"module":"../${current}"}}`,
    `{"current":"${current}","history":["${current}"],"parts":{"module":"${current}","files":{"digest":".."}}}`,
  ]) {
    await writeFile(join(home, 'current'), content);
    await assert.rejects(store.current(ECHO), { code: 'store.unavailable', message: /damaged/ }, content);
  }
  close();
});

test('openDataDirectory lets one writer in at a time, also across processes, and the next after a kill', async (t) => {
  const path = await temporary(t);
  const writer = spawn(process.execPath, [PUBLISHER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(createInterface({ input: writer.stdout }), 'line');
  await assert.rejects(openDataDirectory(path), {
    code: 'store.unavailable',
    message: /one writer at a time/,
  });
  writer.kill('SIGKILL');
  await once(writer, 'exit');
  const first = await openDataDirectory(path);
  await assert.rejects(openDataDirectory(path), { code: 'store.unavailable' });
  first.close();
  (await openDataDirectory(path)).close();
});

test('openDataDirectory writes the format once and refuses another one', async (t) => {
  const path = await temporary(t);
  (await openDataDirectory(path)).close();
  const file = join(path, 'format.json');
  assert.equal(await readFile(file, 'utf8'), '{"format":1}\n');
  for (const content of ['{"format":7}', 'not json']) {
    await writeFile(file, content);
    await assert.rejects(openDataDirectory(path), {
      code: 'store.unavailable',
      message: /this version reads 1/,
    });
  }
  await writeFile(file, '{"format":1}');
  (await openDataDirectory(path)).close();
});

test('openDataDirectory says what is wrong with a place that cannot be a directory', async (t) => {
  const path = join(await temporary(t), 'file');
  await writeFile(path, '');
  await assert.rejects(openDataDirectory(path), { code: 'store.unavailable', message: /cannot be used/ });
});
