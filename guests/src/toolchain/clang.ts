import { glob, readdir } from 'node:fs/promises';
import { missingPackages } from './build-error.ts';
import { exists } from './exists.ts';
import { runTool } from './run-tool.ts';

/** Where Debian puts a version of LLVM. */
const llvmFolder = (version: number): string => `/usr/lib/llvm-${version}`;
/** The oldest version whose modules are tested. */
const VERSION_MIN = 14;
/** What is named when there is none: both Debian 12 and 13 have it. */
const VERSION_USUAL = 19;

const HEADERS = '/usr/include/wasm32-wasi';
const CXX_HEADERS = `${HEADERS}/c++/v1`;
const LIBRARIES = '/usr/lib/wasm32-wasi';

/**
 * Shows clang what guests may use. With Debian's /usr as sysroot it would take glibc's headers as well; without
 * standard folders it takes only those that are named, C's after the compiler's own and C++'s before them.
 */
const TARGET_FLAGS: readonly string[] = [
  '--target=wasm32-wasi',
  '--sysroot=/usr',
  '-nostdlibinc',
  '-idirafter',
  HEADERS,
  '-cxx-isystem',
  CXX_HEADERS,
];

/** A C and C++ compiler for guests: Debian's clang. */
export interface Clang {
  /** Major version. */
  readonly version: number;
  /**
   * Compiles and links `sources`, which may be paths below `cwd`, into `output`; resolves to the compiler's warnings.
   * Rejects with a `BuildError` that has its messages.
   */
  compile(request: CompileRequest): Promise<string>;
}

/** One program. The bytes of the result depend on nothing but the sources, the flags and the packages. */
interface CompileRequest {
  readonly cwd: string;
  readonly sources: readonly string[];
  readonly output: string;
  readonly flags: readonly string[];
}

/** What a compiler is to be. */
interface Wanted {
  /** This major version; without it, the newest that is complete. */
  readonly version?: number;
  readonly cpp?: boolean;
}

/** Finds a clang that is complete. Rejects with a `BuildError` that names the Debian packages, if there is none. */
export async function findClang({ version: only, cpp = false }: Wanted = {}): Promise<Clang> {
  const versions = only === undefined ? await installedVersions() : [only];
  for (const version of versions) {
    if ((await missingOf(version, cpp)).length === 0) return makeClang(version);
  }
  const version = versions[0] ?? VERSION_USUAL;
  throw missingPackages({
    what: cpp ? 'C++ functions' : 'C functions',
    missing: await missingOf(version, cpp),
    needed: packagesOf(version, cpp).map(({ name }) => name),
  });
}

function makeClang(version: number): Clang {
  const programs = `${llvmFolder(version)}/bin`;
  return {
    version,
    async compile({ cwd, sources, output, flags }) {
      const args = [
        ...TARGET_FLAGS,
        `-fuse-ld=${programs}/wasm-ld`,
        '-O2',
        `-ffile-prefix-map=${cwd}=.`,
        '-Wl,--strip-all',
        ...flags,
        ...sources,
        '-o',
        output,
      ];
      // Clang would run a wasm-opt that it finds on the path; Debian's is too old for it.
      const env = { PATH: programs, LC_ALL: 'C' };
      return (await runTool(`${programs}/clang`, args, { cwd, env })).stderr;
    },
  };
}

/** The versions whose compiler is here, the newest first. */
async function installedVersions(): Promise<number[]> {
  const numbers = (await readdir('/usr/lib')).map((name) => Number(/^llvm-(\d+)$/.exec(name)?.[1]));
  const versions = numbers.filter((version) => version >= VERSION_MIN).toSorted((a, b) => b - a);
  const here = await Promise.all(versions.map((version) => exists(`${llvmFolder(version)}/bin/clang`)));
  return versions.filter((_, index) => here[index]);
}

/** Debian packages, each with a file that tells whether it is there. */
function packagesOf(version: number, cpp: boolean): { readonly name: string; readonly file: string }[] {
  const llvm = llvmFolder(version);
  const packages = [
    { name: `clang-${version}`, file: `${llvm}/bin/clang` },
    { name: `lld-${version}`, file: `${llvm}/bin/wasm-ld` },
    { name: 'wasi-libc', file: `${LIBRARIES}/libc.a` },
    // Its folder has the whole version in some releases of Debian, and the major one in others.
    {
      name: `libclang-rt-${version}-dev-wasm32`,
      file: `${llvm}/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a`,
    },
  ];
  if (!cpp) return packages;
  return [
    ...packages,
    { name: `libc++-${version}-dev-wasm32`, file: `${CXX_HEADERS}/string` },
    { name: `libc++abi-${version}-dev-wasm32`, file: `${LIBRARIES}/libc++abi.a` },
  ];
}

async function missingOf(version: number, cpp: boolean): Promise<string[]> {
  const packages = packagesOf(version, cpp);
  const here = await Promise.all(packages.map(async ({ file }) => await matches(file)));
  return packages.filter((_, index) => here[index] !== true).map(({ name }) => name);
}

/** Whether there is such a file; `*` stands for any name. */
async function matches(pattern: string): Promise<boolean> {
  return pattern.includes('*') ? !(await glob(pattern).next()).done : await exists(pattern);
}
