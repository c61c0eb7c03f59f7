import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { BuildError, missingPackages } from './build-error.ts';
import { exists } from './exists.ts';
import { findPrograms } from './find-programs.ts';
import { EXPORT_CONSTRUCTORS, LIBRARY } from './library.ts';
import { runTool, type ToolSurroundings } from './run-tool.ts';

/** What Rust calls WASI preview 1: the new name, and the one until Rust 1.84. */
const TARGETS = ['wasm32-wasip1', 'wasm32-wasi'] as const;

const PACKAGES: readonly string[] = ['rustc', 'libstd-rust-dev-wasm32', 'wasi-libc'];
/** Debian's own folder, where a Rust that rustup brought comes first on the path. */
const SYSTEM_FOLDER = '/usr/bin';

/** A function in Rust. */
interface RustRequest {
  /** Folder of the crate, or of the file. */
  readonly cwd: string;
  readonly output: string;
  /** Where compilers are looked for. */
  readonly path: string;
  /** Beside those that every function has. */
  readonly flags?: readonly string[];
}

/**
 * Compiles one file, which may use the crate `faasm`; resolves to the compiler's warnings. Rejects with a
 * {@link BuildError} that has its messages, or that names the packages to install.
 */
export async function compileRustFile(request: RustRequest & { readonly source: string }): Promise<string> {
  const { cwd, source, output, path, flags = [] } = request;
  const { rustc, target } = await findRust(path);
  const common = ['--edition', '2021', '--target', target, '-O'];
  const folder = await mkdtemp(join(tmpdir(), 'faasm-rust-'));
  try {
    const around: ToolSurroundings = { cwd, env: { ...process.env, PATH: path } };
    const crate = [join(LIBRARY.rustCrate, 'src/lib.rs'), '--crate-name', 'faasm', '--crate-type', 'rlib'];
    // A failed assertion names its file.
    const named = ['--remap-path-prefix', `${LIBRARY.rustCrate}=faasm`, '--cfg', 'feature="alloc"'];
    await runTool(rustc, [...common, ...crate, ...named, '--out-dir', folder], around);
    const linking = ['-C', 'strip=symbols', '-C', `link-arg=${EXPORT_CONSTRUCTORS}`];
    const library = ['--extern', `faasm=${join(folder, 'libfaasm.rlib')}`];
    const { stderr } = await runTool(
      rustc,
      [...common, ...linking, ...library, ...flags, source, '-o', output],
      around,
    );
    return stderr;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Builds the crate in `cwd`, which must have one program, as {@link compileRustFile} builds a file. */
export async function buildRustCrate({ cwd, output, path, flags: own = [] }: RustRequest): Promise<string> {
  const { rustc, target } = await findRust(path);
  const [cargo] = await findPrograms('cargo', `${dirname(rustc)}${delimiter}${path}`);
  if (cargo === undefined) throw missing(['cargo']);
  const flagsName = `CARGO_TARGET_${target.toUpperCase().replaceAll('-', '_')}_RUSTFLAGS`;
  const flags = [process.env[flagsName] ?? '', `-C link-arg=${EXPORT_CONSTRUCTORS}`].join(' ').trim();
  const env = { ...process.env, PATH: path, RUSTC: rustc, [flagsName]: flags };
  const args = [
    'build',
    '--release',
    '--target',
    target,
    '--message-format',
    'json-render-diagnostics',
    ...own,
  ];
  const { stdout, stderr } = await runTool(cargo, args, { cwd, env });
  const programs = programsOf(stdout);
  const [program] = programs;
  if (program === undefined || programs.length > 1)
    throw new BuildError(`The crate in ${cwd} has ${programs.length} programs; a function is exactly 1`);
  await copyFile(program, output);
  return stderr;
}

/** The programs that cargo says it made, from messages of a line each. */
function programsOf(messages: string): string[] {
  return messages
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => (JSON.parse(line) as { readonly executable?: string | null }).executable)
    .filter((program) => typeof program === 'string');
}

interface Rust {
  readonly rustc: string;
  readonly target: string;
}

/** The first compiler that has the standard library for WASI. */
async function findRust(path: string): Promise<Rust> {
  const compilers = await findPrograms('rustc', `${path}${delimiter}${SYSTEM_FOLDER}`);
  for (const rustc of compilers) {
    const libraries = join(await sysrootOf(rustc, path), 'lib/rustlib');
    for (const target of TARGETS) if (await exists(join(libraries, target, 'lib'))) return { rustc, target };
  }
  throw missing(compilers.length === 0 ? PACKAGES : PACKAGES.slice(1));
}

/** Where a compiler has its libraries; empty for a `rustc` of rustup that has no compiler to call. */
async function sysrootOf(rustc: string, path: string): Promise<string> {
  const around: ToolSurroundings = { cwd: tmpdir(), env: { ...process.env, PATH: path } };
  const printed = await runTool(rustc, ['--print', 'sysroot'], around).catch((error: unknown) => {
    if (error instanceof BuildError) return { stdout: '' };
    throw error;
  });
  return printed.stdout.trim();
}

function missing(packages: readonly string[]): BuildError {
  return missingPackages({ what: 'Rust functions', missing: packages, needed: [...PACKAGES, 'cargo'] });
}
