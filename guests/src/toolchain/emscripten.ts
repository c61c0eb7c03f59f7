import { BuildError, missingPackages } from './build-error.ts';
import { findPrograms } from './find-programs.ts';
import { CXX_LANGUAGE, LIBRARY } from './library.ts';
import { runTool } from './run-tool.ts';

/** A program in C++ with exceptions. */
interface EmscriptenRequest {
  readonly cwd: string;
  readonly sources: readonly string[];
  readonly output: string;
  /** Where `emcc` is looked for. */
  readonly path: string;
  /** Beside those that every such function has. */
  readonly flags?: readonly string[];
}

const FLAGS: readonly string[] = [
  '-sSTANDALONE_WASM',
  '-fwasm-exceptions',
  // Otherwise `setjmp` needs JavaScript.
  '-sSUPPORT_LONGJMP=wasm',
  // Without an entry of its own, `_initialize` runs the constructors: before the snapshot. The library has the entry.
  '--no-entry',
  '-sALLOW_MEMORY_GROWTH',
  // What is left undefined becomes an import. It would say so of the host's functions.
  '-sERROR_ON_UNDEFINED_SYMBOLS=0',
  '-sWARN_ON_UNDEFINED_SYMBOLS=0',
  '-O2',
  ...CXX_LANGUAGE,
];

/**
 * Compiles C++ with WebAssembly's exceptions, which Debian's libc++ for WASI lacks; resolves to the compiler's
 * warnings. Rejects with a {@link BuildError} that has its messages, or that names the package to install.
 */
export async function compileWithExceptions(request: EmscriptenRequest): Promise<string> {
  const { cwd, sources, output, path, flags = [] } = request;
  const [emcc] = await findPrograms('emcc', path);
  if (emcc === undefined) {
    const needed = ['emscripten'];
    throw missingPackages({ what: 'C++ functions with exceptions', missing: needed, needed });
  }
  // It would make JavaScript as well for another suffix.
  if (!output.endsWith('.wasm')) throw new BuildError(`${output} does not end in .wasm`);
  const library = [...LIBRARY.cSources, LIBRARY.emscriptenSource];
  const args = [...FLAGS, ...flags, `-I${LIBRARY.cHeaders}`, ...sources, ...library, '-o', output];
  return (await runTool(emcc, args, { cwd, env: { ...process.env, PATH: path } })).stderr;
}
