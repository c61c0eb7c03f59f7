import { execFile } from 'node:child_process';
import { access, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What `apt-get install` needs for C guests. The files tell whether a package is there. */
const PACKAGES: readonly { readonly name: string; readonly file: string }[] = [
  { name: 'clang-19', file: '/usr/bin/clang-19' },
  { name: 'lld-19', file: '/usr/bin/wasm-ld-19' },
  { name: 'wasi-libc', file: '/usr/lib/wasm32-wasi/libc.a' },
  {
    name: 'libclang-rt-19-dev-wasm32',
    file: '/usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a',
  },
];

/** A C compiler for guests: Debian's clang with a folder of links that show it nothing but what guests may use. */
export interface Clang {
  /** Compiles and links `sources`, paths below `cwd`, into `output`. Rejects with the compiler's messages. */
  compile(request: CompileRequest): Promise<void>;
}

/** One C program. The bytes of the result depend on nothing but the sources, the flags and the packages. */
interface CompileRequest {
  readonly cwd: string;
  readonly sources: readonly string[];
  readonly output: string;
  readonly flags: readonly string[];
}

/**
 * Makes a compiler whose links lie in the existing, empty folder `linksFolder`. Rejects, naming the Debian packages,
 * if one is missing.
 */
export async function makeClang(linksFolder: string): Promise<Clang> {
  await requirePackages();
  // With Debian's own folders as sysroot, /usr/include would come along and bring glibc's headers.
  const sysroot = join(linksFolder, 'sysroot');
  await link('/usr/include/wasm32-wasi', join(sysroot, 'include'), 'wasm32-wasi');
  await link('/usr/lib/wasm32-wasi', join(sysroot, 'lib'), 'wasm32-wasi');
  // Clang finds its linker on the path, and would also run a wasm-opt that it finds there; Debian's is too old.
  const path = join(linksFolder, 'bin');
  await link('/usr/bin/wasm-ld-19', path, 'wasm-ld-19');

  return {
    async compile({ cwd, sources, output, flags }) {
      await run(
        '/usr/bin/clang-19',
        [
          '--target=wasm32-wasi',
          `--sysroot=${sysroot}`,
          '-Ilibfaasm/include',
          '-O2',
          '-Wall',
          '-Wextra',
          '-Werror',
          `-ffile-prefix-map=${cwd}=.`,
          '-Wl,--strip-all',
          ...flags,
          ...sources,
          '-o',
          output,
        ],
        { cwd, env: { PATH: path, LC_ALL: 'C' } },
      );
    },
  };
}

async function requirePackages(): Promise<void> {
  const missing: string[] = [];
  for (const { name, file } of PACKAGES) {
    const found = await access(file).then(
      () => true,
      () => false,
    );
    if (!found) missing.push(`${name} (no ${file})`);
  }
  if (missing.length === 0) return;
  throw new Error(
    `C guests cannot be built without the Debian packages ${missing.join(', ')}; ` +
      `install them with: apt-get install ${PACKAGES.map(({ name }) => name).join(' ')}`,
  );
}

async function link(target: string, folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await symlink(target, join(folder, name));
}
