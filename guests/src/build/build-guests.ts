import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import {
  CALLS_GUESTS,
  CORPUS_GUESTS,
  DEMO_GUESTS,
  modulePath,
  PROGRAM_GUESTS,
  type Guest,
} from '../catalogue.ts';
import { GUESTS_FOLDER } from '../guests-folder.ts';
import { compileAssemblyScript } from './assemblyscript.ts';
import { makeClang, type Clang } from './clang.ts';
import { compileCpp } from './emscripten.ts';

/** Every guest of the repository. */
export const ALL_GUESTS: readonly Guest[] = [
  ...DEMO_GUESTS,
  ...CORPUS_GUESTS,
  ...PROGRAM_GUESTS,
  ...CALLS_GUESTS,
];

/** Builds every guest into `<folder>/<modulePath>` from the sources in the repository. Rejects at the first failure. */
export async function buildGuests(folder: string): Promise<void> {
  const links = await mkdtemp(join(tmpdir(), 'faasm-guests-'));
  try {
    const clang = await makeClang(links);
    for (const guest of ALL_GUESTS) await buildGuest(guest, folder, clang);
  } finally {
    await rm(links, { recursive: true });
  }
}

async function buildGuest(guest: Guest, folder: string, clang: Clang): Promise<void> {
  const output = join(folder, modulePath(guest));
  await mkdir(dirname(output), { recursive: true });

  const flags = guest.flags ?? [];
  const source = `${guest.folder}/${guest.name}/${guest.name}`;
  if (guest.language === 'c') {
    const sources = [`${source}.c`, 'libfaasm/src/core.c'];
    await clang.compile({ cwd: GUESTS_FOLDER, sources, output, flags });
  } else if (guest.language === 'c++') {
    await compileCpp({ cwd: GUESTS_FOLDER, source: `${source}.cpp`, output, flags });
  } else {
    // The compiler takes every path as one below its base folder.
    const below = relative(GUESTS_FOLDER, output);
    await compileAssemblyScript({ cwd: GUESTS_FOLDER, source: `${source}.ts`, output: below, flags });
  }
}
