import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { compileAssemblyScript } from './assemblyscript.ts';
import { BuildError } from './build-error.ts';
import { findClang } from './clang.ts';
import { buildCmakeProject } from './cmake.ts';
import { compileWithExceptions } from './emscripten.ts';
import { CXX_LANGUAGE, EXPORT_CONSTRUCTORS, LIBRARY } from './library.ts';
import { findProject, type Project, type ProjectKind } from './project.ts';
import { buildRustCrate, compileRustFile } from './rust.ts';

/** What to build. */
export interface BuildRequest {
  /** A source file, or the folder of a project. */
  readonly source: string;
  /** Path of the module; without it, `NAME.wasm` beside the source. */
  readonly output?: string;
  /** C++ with exceptions. */
  readonly exceptions?: boolean;
  /** Where compilers are looked for, folders with `:` between them, beside Debian's own. */
  readonly path: string;
}

/** What was built. */
export interface BuiltFunction {
  /** Absolute path of the module. */
  readonly output: string;
  readonly sizeBytes: number;
  /** What the module imports, `module.name` each. */
  readonly imports: readonly string[];
  /** Warnings of the compiler; empty without any. */
  readonly messages: string;
}

const C_FLAGS = [`-I${LIBRARY.cHeaders}`, '-Wall', '-nostartfiles', `-Wl,${EXPORT_CONSTRUCTORS}`];
/** The library's sources are C++ as well, so that one command with one standard compiles everything. */
const CXX_FLAGS = [...C_FLAGS, '-fno-exceptions', '-lc++', '-lc++abi', ...CXX_LANGUAGE];

/**
 * Builds a function from C, C++, AssemblyScript or Rust with the stock compiler of this machine and the library that
 * comes with this package. Rejects with a {@link BuildError} that says what to install, what is wrong with the source,
 * or what the compiler said.
 */
export async function buildFunction(request: BuildRequest): Promise<BuiltFunction> {
  const project = await findProject(request.source);
  const output = resolve(request.output ?? join(project.folder, `${project.name}.wasm`));
  const build = request.exceptions === true ? buildWithExceptions : BUILDERS[project.kind];
  const messages = await build(project, { output, path: request.path });
  const wasm = new Uint8Array(await readFile(output));
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
  return {
    output,
    sizeBytes: wasm.byteLength,
    imports: imports.map(({ module, name }) => `${module}.${name}`),
    messages: messages.trimEnd(),
  };
}

/** Where a module goes, and where compilers are looked for. */
interface Places {
  readonly output: string;
  readonly path: string;
}

async function buildWithExceptions(project: Project, { output, path }: Places): Promise<string> {
  const { kind, folder: cwd, sources } = project;
  if (kind !== 'cpp') throw new BuildError(`Only C++ has exceptions; ${cwd} is to be built as ${kind}`);
  return await compileWithExceptions({ cwd, sources, output, path });
}

type Builder = (project: Project, places: Places) => Promise<string>;

const BUILDERS: Readonly<Record<ProjectKind, Builder>> = {
  c: async ({ folder: cwd, sources }, { output }) => {
    const clang = await findClang();
    return await clang.compile({ cwd, sources: [...sources, ...LIBRARY.cSources], output, flags: C_FLAGS });
  },
  cpp: async ({ folder: cwd, sources }, { output }) => {
    const clang = await findClang({ cpp: true });
    const all = [...sources, ...LIBRARY.cSources];
    return await clang.compile({ cwd, sources: all, output, flags: CXX_FLAGS }).catch(explainExceptions);
  },
  assemblyscript: async ({ folder: cwd, sources: [source = ''] }, { output }) =>
    await compileAssemblyScript({ cwd, source, output, flags: [] }),
  'rust-file': async ({ folder: cwd, sources: [source = ''] }, places) =>
    await compileRustFile({ cwd, source, ...places }),
  'rust-crate': async ({ folder: cwd }, places) => await buildRustCrate({ cwd, ...places }),
  cmake: async ({ folder: cwd }, places) => await buildCmakeProject({ cwd, ...places }),
};

/** Says what to do about what clang calls `cannot use 'throw' with exceptions disabled`. */
function explainExceptions(error: unknown): never {
  if (!(error instanceof BuildError) || !error.message.includes('with exceptions disabled')) throw error;
  throw new BuildError(`${error.message}\nC++ has exceptions with: faasm build --exceptions`, {
    cause: error,
  });
}
