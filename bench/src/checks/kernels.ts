import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findClang } from '@faasm/guests/clang';

const SOURCES = fileURLToPath(new URL('../../kernels/', import.meta.url));

const CLANG_VERSION = 19;
const WARNINGS = ['-Wall', '-Wextra', '-Werror'];

/** Numeric kernels, written from the definitions in textbooks: dense algebra, stencils, dynamic programming. */
export const NUMERIC_KERNELS = [
  '2mm',
  'atax',
  'bicg',
  'cholesky',
  'correlation',
  'durbin',
  'floyd-warshall',
  'gemm',
  'gramschmidt',
  'heat-3d',
  'jacobi-2d',
  'lu',
  'mvt',
  'nussinov',
  'seidel-2d',
] as const;

/** Tiny functions that call themselves and do nothing else. */
export const CALLS_KERNEL = 'calls';

/** A kernel, built. */
export interface Kernel {
  readonly name: string;
  /** Exports `_start`, which answers with the checksum, and `run`, which returns it. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** Path of the program that `native.c` makes of it; its numbers are to be the same to the last bit. */
  readonly program: string;
}

/** Builds kernels into an existing, empty folder, for WebAssembly and for this machine. Rejects with what clang says. */
export async function buildKernels(names: readonly string[], folder: string): Promise<Kernel[]> {
  const clang = await findClang({ version: CLANG_VERSION });
  return await Promise.all(
    names.map(async (name) => {
      const [output, program] = [join(folder, `${name}.wasm`), join(folder, name)];
      const flags = [...WARNINGS, '-Wl,--export=run'];
      await clang.compile({ cwd: SOURCES, sources: [`${name}.c`, 'entry.c'], output, flags });
      await compileNative(name, program);
      return { name, wasm: new Uint8Array(await readFile(output)), program };
    }),
  );
}

/** Without fused multiplication, which WebAssembly does not have. */
async function compileNative(name: string, program: string): Promise<void> {
  const flags = ['-O2', ...WARNINGS, '-ffp-contract=off'];
  const args = [...flags, `${name}.c`, 'native.c', '-lm', '-o', program];
  await promisify(execFile)(`/usr/bin/clang-${CLANG_VERSION}`, args, { cwd: SOURCES });
}
