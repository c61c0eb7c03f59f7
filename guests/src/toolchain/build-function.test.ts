import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { runGuest, type GuestRun } from '../run-guest.ts';
import { BuildError } from './build-error.ts';
import { buildFunction, type BuiltFunction } from './build-function.ts';
import { findClang } from './clang.ts';
import { LIBRARY } from './library.ts';

const PATH = process.env['PATH'] ?? '';
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faasm-build-'));
});

after(async () => {
  await rm(folder, { recursive: true });
});

/** Writes sources below the folder of these tests. */
async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

async function build(name: string, exceptions = false): Promise<BuiltFunction> {
  return await buildFunction({ source: join(folder, name), exceptions, path: PATH });
}

async function run({ output }: BuiltFunction, input = ''): Promise<GuestRun> {
  const world = { input: Buffer.from(input), args: ['function.wasm', 'ü'] };
  return await runGuest(new Uint8Array(await readFile(output)), world);
}

const text = (output: Uint8Array | undefined): string => Buffer.from(output ?? []).toString();

const C_PROGRAM = `
#include <faasm/core.h>
#include <stdio.h>
#include <stdlib.h>
static int number;
static void end(void) { printf("end"); }
__attribute__((constructor)) static void construct(void) { number += 1; }
FAASM_ZYGOTE() { number *= 10; return 0; }
int main(int argc, char **argv) {
    atexit(end);
    printf("%d %d %s ", number, argc, argv[1]);
    return 0;
}`;

test('buildFunction builds C: constructors and zygote run once, and what is printed at the end is written', async () => {
  await write({ 'c.c': C_PROGRAM });
  const built = await build('c.c');
  assert.equal(built.output, join(folder, 'c.wasm'));
  assert.equal(built.messages, '');
  assert.ok(built.imports.includes('wasi_snapshot_preview1.fd_write'));
  assert.deepEqual(await run(built), { exitCode: 0, stdout: '10 2 ü end', stderr: '', output: undefined });
});

test('buildFunction hands its flags to the compiler, behind its own', async () => {
  await write({
    'flags.c': '#include <stdio.h>\nint main(void) { printf("%s", NAME); }',
    'flags.cpp': 'int main() { return NUMBER; }',
    'flags.rs': 'fn main() { std::process::exit(if cfg!(own) { 3 } else { 4 }) }',
  });
  const c = { source: join(folder, 'flags.c'), flags: ['-DNAME="own"'], path: PATH };
  await assert.rejects(buildFunction({ ...c, flags: [] }), /NAME/);
  assert.equal((await run(await buildFunction(c))).stdout, 'own');
  for (const [name, flags, exceptions] of [
    ['flags.cpp', ['-DNUMBER=3'], false],
    ['flags.cpp', ['-DNUMBER=3'], true],
    ['flags.rs', ['--cfg', 'own'], false],
  ] as const) {
    const built = await buildFunction({ source: join(folder, name), flags, exceptions, path: PATH });
    assert.equal((await run(built)).exitCode, 3, name);
  }
});

test('buildFunction gives C a stack of 1 MiB, and a function that overflows it traps before it overwrites anything', async () => {
  await write({
    'stack.c': `
      static volatile char data[] = "data";
      __attribute__((noinline)) static int deep(int depth, volatile char *above) {
        volatile char bytes[65536];
        bytes[depth] = above[0];
        return depth == 0 ? data[0] - 'd' : deep(depth - 1, bytes) + bytes[depth] - above[0];
      }
      int main(int argc, char **argv) { return deep(argv[1][0] == 'x' ? 1000 : 14, data); }`,
  });
  const { output } = await build('stack.c');
  const wasm = new Uint8Array(await readFile(output));
  const input = Buffer.from('');
  assert.equal((await runGuest(wasm, { input, args: ['function.wasm', '-'] })).exitCode, 0);
  await assert.rejects(runGuest(wasm, { input, args: ['function.wasm', 'x'] }), WebAssembly.RuntimeError);
});

test('findClang has the oldest and the newest version, and both build', async () => {
  await write({ 'old.c': C_PROGRAM });
  for (const version of [14, 19]) {
    const clang = await findClang({ version });
    const output = join(folder, `old-${version}.wasm`);
    const flags = [`-I${LIBRARY.cHeaders}`, '-nostartfiles', '-Wl,--export=__wasm_call_ctors'];
    await clang.compile({ cwd: folder, sources: ['old.c', ...LIBRARY.cSources], output, flags });
    const { stdout } = await run({ output, sizeBytes: 0, imports: [], messages: '' });
    assert.equal(stdout, '10 2 ü end');
  }
});

test('findClang names the packages that are missing, and those to install', async () => {
  await assert.rejects(findClang({ version: 13, cpp: true }), {
    name: 'BuildError',
    message:
      /not installed: clang-13, lld-13, libclang-rt-13-dev-wasm32; as root: apt-get install clang-13 lld-13 wasi-libc .* libc\+\+abi-13-dev-wasm32$/,
  });
});

test('buildFunction builds every C source of a folder, and hands on warnings', async () => {
  await write({
    'many/main.c':
      '#include <stdio.h>\nint part(void);\nint main(void) { int unused; printf("%d", part()); }',
    'many/part.c': 'int part(void) { return 7; }',
  });
  const built = await build('many');
  assert.equal(built.output, join(folder, 'many/many.wasm'));
  assert.match(built.messages, /unused variable/);
  assert.equal((await run(built)).stdout, '7');
});

test('buildFunction builds C++ with its library, and says what to do about exceptions', async () => {
  await write({
    'cpp.cpp': `
      #include <faasm/core.hpp>
      #include <algorithm>
      #include <iostream>
      #include <map>
      static std::map<int, std::string> table;
      FAASM_ZYGOTE() { table[1] = "one"; return 0; }
      int main() {
        std::string input = faasm::input();
        std::ranges::sort(input);
        std::cout << table.at(1);
        faasm::setOutput(input);
      }`,
    'throws.cpp': 'int main() { try { throw 1; } catch (int) {} }',
  });
  const { stdout, output, exitCode } = await run(await build('cpp.cpp'), 'b\0a');
  assert.deepEqual([stdout, text(output), exitCode], ['one', '\0ab', 0]);
  await assert.rejects(
    build('throws.cpp'),
    /throws\.cpp[^]*with exceptions disabled[^]*faasm build --exceptions$/,
  );
});

test('buildFunction builds C++ with exceptions, whose memory grows, and whose constructors run before its zygote', async () => {
  await write({
    'caught.cpp': `
      #include <faasm/core.hpp>
      #include <csetjmp>
      #include <stdexcept>
      #include <vector>
      static std::jmp_buf place;
      static std::vector<int> kept{1};
      FAASM_ZYGOTE() { kept.push_back(2); return 0; }
      int main() {
        std::string large(100'000'000, 'x');
        if (setjmp(place) == 0) std::longjmp(place, 1);
        try { return kept.at(large.size()); }
        catch (const std::out_of_range &) { faasm::setOutput(std::to_string(kept.size()) + " caught"); }
      }`,
    'caught.c': 'int main(void) { return 0; }',
  });
  const built = await build('caught.cpp', true);
  const families = new Set(built.imports.map((name) => name.split('.')[0]));
  assert.deepEqual(families, new Set(['env', 'wasi_snapshot_preview1']));
  assert.deepEqual(
    built.imports.filter((name) => /^env\.(?!__faasm_)/.test(name)),
    [],
  );
  const { output, exitCode } = await run(built);
  assert.deepEqual([text(output), exitCode], ['2 caught', 0]);
  await assert.rejects(build('caught.c', true), /Only C\+\+ has exceptions/);
  await assert.rejects(
    buildFunction({ source: join(folder, 'caught.cpp'), exceptions: true, path: '' }),
    /not installed: emscripten; as root: apt-get install emscripten$/,
  );
});

test('buildFunction builds one Rust file with the library', async () => {
  await write({
    'rust.rs': `
      use std::sync::atomic::{AtomicUsize, Ordering};
      static PREPARED: AtomicUsize = AtomicUsize::new(0);
      fn prepare() -> i32 { PREPARED.fetch_add(1, Ordering::Relaxed); 0 }
      faasm::zygote!(prepare);
      fn main() {
          let args = faasm::args();
          print!("{} {:?}", PREPARED.load(Ordering::Relaxed), args[1]);
          assert_eq!(args.len(), std::env::args().count());
          let mut start = [0; 2];
          let size = faasm::read_input(&mut start);
          faasm::set_output(&[&start[..size], &faasm::input()].concat());
      }`,
    'wrong.rs': 'fn main() { nothing(); }',
  });
  const built = await build('rust.rs');
  const { stdout, output } = await run(built, 'abc');
  assert.deepEqual([stdout, text(output)], ['1 [195, 188]', 'ababc']);
  // Without it, the linker would run constructors and exit handlers around the zygote, too.
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(await readFile(built.output)));
  assert.ok(exported.some(({ name }) => name === '__wasm_call_ctors'));
  assert.equal(text((await run(built)).output), '');
  await assert.rejects(build('wrong.rs'), /cannot find function `nothing`/);
});

test('buildFunction builds AssemblyScript with the compiler that npm installed for its folder, or says how', async () => {
  await write({ 'as.ts': 'export function _start(): void {}' });
  await assert.rejects(build('as.ts'), (error) => {
    assert.ok(error instanceof BuildError);
    assert.match(error.message, /there: npm install --save-dev assemblyscript$/);
    return true;
  });
});

test('buildFunction refuses what cannot be built', async () => {
  await write({
    'empty/notes.txt': '',
    'mixed/a.c': '',
    'mixed/b.cpp': '',
    'cmake/CMakeLists.txt': 'cmake_minimum_required(VERSION 3.16)\nproject(nothing C)',
  });
  await assert.rejects(build('empty/notes.txt'), /notes\.txt is no source of a function: .*\.c, \.cc/);
  await assert.rejects(build('empty'), /empty has nothing to build: none of CMakeLists\.txt/);
  await assert.rejects(build('mixed'), /mixed has sources in C and in C\+\+/);
  await assert.rejects(build('cmake'), /build has 0 programs; a function is exactly 1/);
  await assert.rejects(build('nowhere'), { code: 'ENOENT' });
});
