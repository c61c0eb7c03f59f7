import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { runGuest } from '../run-guest.ts';
import { buildFunction } from '../toolchain/index.ts';
import { createProject, PROJECT_LANGUAGES, type ProjectLanguage } from './create-project.ts';

/** Where npm put what this repository has installed. */
const MODULES = resolve(createRequire(import.meta.url).resolve('assemblyscript/package.json'), '../..');

const FILES: Readonly<Record<ProjectLanguage, readonly string[]>> = {
  c: ['.gitignore', 'Makefile', 'README.md', 'hello-1.x.c'],
  cpp: ['.gitignore', 'CMakeLists.txt', 'README.md', 'hello-1.x.cpp'],
  assemblyscript: [
    '.gitignore',
    'README.md',
    'assembly/faasm.ts',
    'assembly/faasm/append-log.ts',
    'assembly/faasm/barrier.ts',
    'assembly/faasm/counter.ts',
    'assembly/faasm/map-bucket.ts',
    'assembly/faasm/matrix.ts',
    'assembly/faasm/read-current.ts',
    'assembly/faasm/sleep.ts',
    'assembly/faasm/state-map.ts',
    'assembly/faasm/state.ts',
    'assembly/faasm/vector.ts',
    'assembly/index.ts',
    'package.json',
  ],
  rust: [
    '.gitignore',
    'Cargo.toml',
    'README.md',
    'faasm/Cargo.toml',
    'faasm/src/lib.rs',
    'faasm/src/state.rs',
    'src/main.rs',
  ],
};

let parent = '';

before(async () => {
  parent = await mkdtemp(join(tmpdir(), 'faasm-project-'));
});

after(async () => {
  await rm(parent, { recursive: true });
});

for (const language of PROJECT_LANGUAGES) {
  test(`createProject makes a function in ${language} that builds as it is, and greets`, async () => {
    const name = 'hello-1.x';
    await using cleanup = new AsyncDisposableStack();
    const folder = await createProject({ language, name, parent });
    cleanup.defer(() => rm(folder, { recursive: true }));
    assert.equal(folder, join(parent, name));
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    assert.deepEqual(files.map((file) => file.slice(folder.length + 1)).sort(), FILES[language]);
    for (const file of files) assert.doesNotMatch(await readFile(file, 'utf8'), /__name__/, file);

    // As `npm install` in the folder would do.
    if (language === 'assemblyscript') await symlink(MODULES, join(folder, 'node_modules'));
    const { output, messages } = await buildFunction({ source: folder, path: process.env['PATH'] ?? '' });
    assert.doesNotMatch(messages, /warning/i);
    assert.equal(output, join(folder, `${name}.wasm`));
    const wasm = new Uint8Array(await readFile(output));
    for (const [input, greeting] of [
      ['', 'Hello, world!'],
      ['Zoë', 'Hello, Zoë!'],
    ] as const) {
      const run = await runGuest(wasm, { input: Buffer.from(input) });
      assert.equal(Buffer.from(run.output ?? []).toString(), greeting);
      assert.equal(run.exitCode, 0);
    }
  });
}

test('createProject asks npm for the AssemblyScript that this repository has', async () => {
  const versions = [];
  const template = new URL('../../templates/assemblyscript/_package.json', import.meta.url);
  for (const manifest of [template, new URL('../../package.json', import.meta.url)]) {
    const { devDependencies } = JSON.parse(await readFile(manifest, 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    versions.push(devDependencies['assemblyscript']);
  }
  assert.equal(versions[0], versions[1]);
});

test('createProject refuses a name that no function can have, and a folder that is there', async () => {
  for (const name of ['', '../up', '.hidden', 'a b', 'x'.repeat(129)])
    await assert.rejects(createProject({ language: 'c', name, parent }), {
      code: 'request.bad_name',
      message: /is not 1 to 128 letters, digits/,
    });
  await createProject({ language: 'c', name: 'twice', parent });
  await assert.rejects(createProject({ language: 'rust', name: 'twice', parent }), { code: 'EEXIST' });
  assert.deepEqual((await readdir(join(parent, 'twice'))).sort(), [
    '.gitignore',
    'Makefile',
    'README.md',
    'twice.c',
  ]);
});
