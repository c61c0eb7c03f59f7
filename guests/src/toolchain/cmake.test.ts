import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runGuest } from '../run-guest.ts';
import { buildCmakeProject } from './cmake.ts';
import { LIBRARY } from './library.ts';
import { runTool } from './run-tool.ts';

const PATH = process.env['PATH'] ?? '';

/** A static library in C, a program in C++ that is initialised once, and a question to the compiler. */
const FILES = {
  'CMakeLists.txt': `
    cmake_minimum_required(VERSION 3.16)
    project(parts C CXX)
    include(CheckSymbolExists)
    check_symbol_exists(fork unistd.h HAS_FORK)
    check_symbol_exists(nanosleep time.h HAS_NANOSLEEP)
    add_library(part STATIC part.c)
    add_executable(whole whole.cpp)
    target_compile_definitions(whole PRIVATE HAS="fork \${HAS_FORK}, nanosleep \${HAS_NANOSLEEP}")
    target_link_libraries(whole part)`,
  'part.c': 'int part(void) { return 7; }',
  'whole.cpp': `
    #include <faasm/core.hpp>
    #include <cstdio>
    extern "C" int part(void);
    static std::string kept = "constructed";
    FAASM_ZYGOTE() { kept += " once"; return 0; }
    int main() { printf("%s, %d, %s", kept.c_str(), part(), HAS); }`,
};

async function project(t: { after: (done: () => Promise<void>) => void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'faasm-cmake-'));
  t.after(async () => {
    await rm(folder, { recursive: true });
  });
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), content);
  return folder;
}

test('faasm-toolchain.cmake builds libraries and programs, and CMake learns what there is', async (t) => {
  const folder = await project(t);
  const around = { cwd: folder, env: process.env };
  await runTool('cmake', ['-B', 'out', `-DCMAKE_TOOLCHAIN_FILE=${LIBRARY.cmakeToolchain}`], around);
  await runTool('cmake', ['--build', 'out'], around);
  const { stdout } = await runGuest(new Uint8Array(await readFile(join(folder, 'out/whole.wasm'))));
  assert.equal(stdout, 'constructed once, 7, fork , nanosleep 1');
});

test('buildCmakeProject takes the one program, and refuses a project that has two', async (t) => {
  const folder = await project(t);
  const output = join(folder, 'function.wasm');
  await buildCmakeProject({ cwd: folder, output, path: PATH });
  assert.match((await runGuest(new Uint8Array(await readFile(output)))).stdout, /^constructed once/);

  const list = join(folder, 'CMakeLists.txt');
  await writeFile(
    list,
    `${FILES['CMakeLists.txt']}\nadd_executable(second whole.cpp)\ntarget_link_libraries(second part)\ntarget_compile_definitions(second PRIVATE HAS="")`,
  );
  await assert.rejects(buildCmakeProject({ cwd: folder, output, path: PATH }), {
    name: 'BuildError',
    message: /build has 2 programs \(second\.wasm, whole\.wasm\); a function is exactly 1$/,
  });
  await assert.rejects(buildCmakeProject({ cwd: folder, output, path: '' }), /not installed: cmake; /);
});
