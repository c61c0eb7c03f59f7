import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  ALLOCATOR_GUESTS,
  CALLS_GUESTS,
  CORPUS_GUESTS,
  DEMO_GUESTS,
  modulePath,
  PROGRAM_GUESTS,
  type Guest,
} from '../catalogue.ts';
import { GUESTS_FOLDER } from '../guests-folder.ts';
import { compileAssemblyScript } from '../toolchain/assemblyscript.ts';
import { findClang, type Clang } from '../toolchain/clang.ts';
import { compileWithExceptions } from '../toolchain/emscripten.ts';
import { CXX_LANGUAGE } from '../toolchain/library.ts';
import { compileRustFile } from '../toolchain/rust.ts';

/** Every guest of the repository. */
export const ALL_GUESTS: readonly Guest[] = [
  ...DEMO_GUESTS,
  ...CORPUS_GUESTS,
  ...PROGRAM_GUESTS,
  ...CALLS_GUESTS,
  ...ALLOCATOR_GUESTS,
];

/** Other versions make other bytes. */
const CLANG_VERSION = 19;
/** Where those of emscripten and of Rust lie which come with Debian. */
const DEBIAN_PROGRAMS = '/usr/bin:/bin';
/** A failed assertion says so on standard error. */
const ASSEMBLYSCRIPT_FLAGS = ['--use', 'abort=assemblyscript/faasm/abort'];
const CXX_FLAGS = ['-fno-exceptions', '-lc++', '-lc++abi', ...CXX_LANGUAGE];
/** Tests compare all of it, many times. */
const SMALL_MEMORY = [`-sINITIAL_MEMORY=${1024 * 1024}`, `-sTOTAL_STACK=${64 * 1024}`];
const C_FLAGS = ['-Ilibfaasm/include', '-Wall', '-Wextra', '-Werror'];

/** Builds every guest into `<folder>/<modulePath>` from the sources in the repository. Rejects at the first failure. */
export async function buildGuests(folder: string): Promise<void> {
  const clang = await findClang({ version: CLANG_VERSION, cpp: true });
  for (const guest of ALL_GUESTS) await buildGuest(guest, folder, clang);
}

async function buildGuest(guest: Guest, folder: string, clang: Clang): Promise<void> {
  const output = join(folder, modulePath(guest));
  await mkdir(dirname(output), { recursive: true });

  const flags = guest.flags ?? [];
  const source = `${guest.folder}/${guest.name}/${guest.name}`;
  if (guest.language === 'assemblyscript') {
    const all = [...ASSEMBLYSCRIPT_FLAGS, ...flags];
    await compileAssemblyScript({ cwd: GUESTS_FOLDER, source: `${source}.ts`, output, flags: all });
    return;
  }
  if (guest.language === 'rust') {
    const request = { cwd: GUESTS_FOLDER, source: `${source}.rs`, output, path: DEBIAN_PROGRAMS };
    await compileRustFile(request);
    return;
  }
  if (guest.language === 'cpp-exceptions') {
    const all = [...C_FLAGS, ...SMALL_MEMORY, ...flags];
    const sources = [`${source}.cpp`];
    await compileWithExceptions({ cwd: GUESTS_FOLDER, sources, output, path: DEBIAN_PROGRAMS, flags: all });
    return;
  }
  const vendor = guest.vendor === undefined ? undefined : `vendor/${guest.vendor.folder}`;
  const vendored = guest.vendor?.sources.map((name) => `${String(vendor)}/${name}`) ?? [];
  await clang.compile({
    cwd: GUESTS_FOLDER,
    sources: [`${source}.${guest.language}`, ...vendored, 'libfaasm/src/core.c'],
    output,
    flags: [
      ...C_FLAGS,
      ...(vendor === undefined ? [] : [`-isystem${vendor}`]),
      ...(guest.language === 'cpp' ? CXX_FLAGS : []),
      ...flags,
    ],
  });
}
