import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError, missingPackages } from './build-error.ts';
import { findClang } from './clang.ts';
import { findPrograms } from './find-programs.ts';
import { LIBRARY } from './library.ts';
import { runTool } from './run-tool.ts';

/** A folder with a `CMakeLists.txt`. */
interface CmakeRequest {
  readonly cwd: string;
  readonly output: string;
  /** Where `cmake` is looked for. */
  readonly path: string;
  /** For `cmake` when it configures. */
  readonly flags?: readonly string[];
}

/**
 * Builds a CMake project that has one program, in its folder `build`, with the toolchain file; resolves to the
 * messages of the build. Rejects with a {@link BuildError} that has them, or that names the packages to install.
 */
export async function buildCmakeProject({ cwd, output, path, flags = [] }: CmakeRequest): Promise<string> {
  const { version } = await findClang({ cpp: true });
  const [cmake] = await findPrograms('cmake', path);
  if (cmake === undefined)
    throw missingPackages({ what: 'CMake projects', missing: ['cmake'], needed: ['cmake', 'make'] });
  const folder = join(cwd, 'build');
  await mkdir(folder, { recursive: true });
  const around = { cwd, env: { ...process.env, PATH: path } };
  const configured = await runTool(
    cmake,
    [
      '-S',
      cwd,
      '-B',
      folder,
      `-DCMAKE_TOOLCHAIN_FILE=${LIBRARY.cmakeToolchain}`,
      `-DFAASM_LLVM_VERSION=${version}`,
      '-DCMAKE_BUILD_TYPE=Release',
      ...flags,
    ],
    around,
  );
  const built = await runTool(cmake, ['--build', folder], around);
  await copyFile(await onlyProgram(folder), output);
  return `${configured.stderr}${built.stderr}`;
}

async function onlyProgram(folder: string): Promise<string> {
  const programs = (await readdir(folder)).filter((name) => name.endsWith('.wasm'));
  const [program] = programs;
  if (program === undefined || programs.length > 1) {
    const names = programs.length === 0 ? '' : ` (${programs.join(', ')})`;
    throw new BuildError(`${folder} has ${programs.length} programs${names}; a function is exactly 1`);
  }
  return join(folder, program);
}
