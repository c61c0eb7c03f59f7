import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const COMPILER = '/usr/bin/emcc';

/** The libraries that Debian built: with others there would be other bytes. */
const CACHE = '/usr/share/emscripten/cache';

/** What emscripten's libraries leave to JavaScript. */
const SOURCES = ['libfaasm/src/core.c', 'libfaasm/src/longjmp.c'];

const MEMORY_BYTES = 1024 * 1024;
const STACK_BYTES = 65_536;

/** One C++ program; its source is a path below `cwd`. */
interface EmscriptenRequest {
  readonly cwd: string;
  readonly source: string;
  readonly output: string;
  readonly flags: readonly string[];
}

/**
 * Compiles a guest in C++, whose exceptions and jumps are WebAssembly's own, with Debian's emscripten. Rejects with the
 * compiler's messages, or naming the package if it is missing.
 */
export async function compileCpp({ cwd, source, output, flags }: EmscriptenRequest): Promise<void> {
  await access(COMPILER).catch((cause: unknown) => {
    const message = `C++ guests cannot be built without ${COMPILER}; install it with: apt-get install emscripten`;
    throw new Error(message, { cause });
  });
  await run(
    COMPILER,
    [
      '-Ilibfaasm/include',
      '-O2',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-fwasm-exceptions',
      '-sSUPPORT_LONGJMP=wasm',
      '-sSTANDALONE_WASM',
      `-sINITIAL_MEMORY=${MEMORY_BYTES}`,
      `-sTOTAL_STACK=${STACK_BYTES}`,
      ...flags,
      source,
      ...SOURCES,
      '-o',
      output,
    ],
    { cwd, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', EM_CACHE: CACHE } },
  );
}
