import { findClang } from '@faasm/guests/clang';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of functions and of libraries for them. */
export const GUESTS = fileURLToPath(new URL('../../../guests', import.meta.url));

const PORT = join(GUESTS, 'libfaasm/port');

/** What C programs for Unix need beside their own files: functions that Debian's C library for WASI leaves out. */
const PORT_FLAGS = [
  `-I${PORT}`,
  '-include',
  'posix.h',
  join(PORT, 'posix.c'),
  '-mllvm',
  '-wasm-enable-sjlj',
  '-fwasm-exceptions',
  join(PORT, 'setjmp.c'),
  ...['SIGNAL', 'PROCESS_CLOCKS', 'GETPID', 'MMAN'].map((name) => `-D_WASI_EMULATED_${name}`),
  ...['signal', 'process-clocks', 'getpid', 'mman'].map((name) => `-lwasi-emulated-${name}`),
];

/** The oldest that compiles setjmp to exceptions of WebAssembly as libfaasm/port/setjmp.c has them. */
const CLANG_VERSION = 19;

/** Of WASI's 64 KiB some programs would need more; below the data, so that a stack that is too deep traps. */
const STACK_FLAGS = ['-Wl,--stack-first', '-Wl,-z,stack-size=1048576'];

/** A C program. */
interface Program {
  /** The folder of its files. */
  readonly folder: string;
  /** Paths below the folder. */
  readonly sources: readonly string[];
  readonly flags?: readonly string[];
}

/** Compiles a program as it is, with Debian's clang. Warnings are its authors' business. Rejects with the compiler's messages. */
export async function compileProgram({
  folder,
  sources,
  flags = [],
}: Program): Promise<Uint8Array<ArrayBuffer>> {
  const work = await mkdtemp(join(tmpdir(), 'faasm-program-'));
  try {
    const output = join(work, 'program.wasm');
    const clang = await findClang({ version: CLANG_VERSION });
    await clang.compile({
      cwd: folder,
      sources,
      output,
      flags: ['-w', ...PORT_FLAGS, ...STACK_FLAGS, ...flags],
    });
    return new Uint8Array(await readFile(output));
  } finally {
    await rm(work, { recursive: true });
  }
}
