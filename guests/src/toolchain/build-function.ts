import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { compileAssemblyScript } from './assemblyscript.ts';
import { BuildError } from './build-error.ts';
import { findClang } from './clang.ts';
import { buildCmakeProject } from './cmake.ts';
import { compileWithExceptions } from './emscripten.ts';
import { CXX_LANGUAGE, EXPORT_CONSTRUCTORS, LIBRARY, STACK_FLAGS } from './library.ts';
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
  /** For the compiler, after its own; for CMake when it configures, for cargo when it builds. */
  readonly flags?: readonly string[];
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

const C_FLAGS = [
  `-I${LIBRARY.cHeaders}`,
  '-Wall',
  '-nostartfiles',
  `-Wl,${EXPORT_CONSTRUCTORS}`,
  ...STACK_FLAGS.map((flag) => `-Wl,${flag}`),
];
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
  const { path, flags = [] } = request;
  const messages = await build(project, { output, path, flags });
  const wasm = new Uint8Array(await readFile(output));
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
  return {
    output,
    sizeBytes: wasm.byteLength,
    imports: imports.map(({ module, name }) => `${module}.${name}`),
    messages: messages.trimEnd(),
  };
}

/** Where a module goes, where compilers are looked for, and what flags they get beside. */
interface How {
  readonly output: string;
  readonly path: string;
  readonly flags: readonly string[];
}

async function buildWithExceptions(project: Project, how: How): Promise<string> {
  const { kind, folder: cwd, sources } = project;
  if (kind !== 'cpp') throw new BuildError(`Only C++ has exceptions; ${cwd} is to be built as ${kind}`);
  return await compileWithExceptions({ cwd, sources, ...how });
}

type Builder = (project: Project, how: How) => Promise<string>;

const BUILDERS: Readonly<Record<ProjectKind, Builder>> = {
  c: async ({ folder: cwd, sources }, { output, flags: own }) => {
    const clang = await findClang();
    const flags = [...C_FLAGS, ...own];
    return await clang.compile({ cwd, sources: [...sources, ...LIBRARY.cSources], output, flags });
  },
  cpp: async ({ folder: cwd, sources }, { output, flags: own }) => {
    const clang = await findClang({ cpp: true });
    const all = [...sources, ...LIBRARY.cSources];
    const flags = [...CXX_FLAGS, ...own];
    return await clang.compile({ cwd, sources: all, output, flags }).catch(explainExceptions);
  },
  assemblyscript: async ({ folder: cwd, sources: [source = ''] }, { output, flags }) =>
    await compileAssemblyScript({ cwd, source, output, flags }),
  'rust-file': async ({ folder: cwd, sources: [source = ''] }, how) =>
    await compileRustFile({ cwd, source, ...how }),
  'rust-crate': async ({ folder: cwd }, how) => await buildRustCrate({ cwd, ...how }),
  cmake: async ({ folder: cwd }, how) => await buildCmakeProject({ cwd, ...how }),
};

/** Says what to do about what clang calls `cannot use 'throw' with exceptions disabled`. */
function explainExceptions(error: unknown): never {
  if (!(error instanceof BuildError) || !error.message.includes('with exceptions disabled')) throw error;
  throw new BuildError(`${error.message}\nC++ has exceptions with: faasm build --exceptions`, {
    cause: error,
  });
}
