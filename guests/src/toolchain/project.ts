import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { BuildError } from './build-error.ts';
import { exists } from './exists.ts';

/** What builds a function. */
export type ProjectKind = 'c' | 'cpp' | 'assemblyscript' | 'rust-file' | 'rust-crate' | 'cmake';

/** Something that can be built into one function. */
export interface Project {
  readonly kind: ProjectKind;
  /** Absolute path of the folder that the compiler works in. */
  readonly folder: string;
  /** Paths below `folder` of what a compiler is given; empty where a build file says that. */
  readonly sources: readonly string[];
  /** What the module is called where nobody says otherwise, without `.wasm`. */
  readonly name: string;
}

/** Kinds of source files by their suffix. */
const KIND_OF_SUFFIX: Readonly<Record<string, ProjectKind>> = {
  '.c': 'c',
  '.cc': 'cpp',
  '.cpp': 'cpp',
  '.cxx': 'cpp',
  '.ts': 'assemblyscript',
  '.rs': 'rust-file',
};

/** A folder is what its build file says, else C or C++ from all sources in it. */
const KIND_OF_BUILD_FILE = { 'CMakeLists.txt': 'cmake', 'Cargo.toml': 'rust-crate' } as const;

/** Where AssemblyScript's own `asinit` and our template have a project's entry. */
const ASSEMBLYSCRIPT_ENTRY = 'assembly/index.ts';

/**
 * What `path` is: a source file, or the folder of a project. Rejects with a {@link BuildError} for what is neither, and
 * with the error of the operating system where there is nothing.
 */
export async function findProject(path: string): Promise<Project> {
  const absolute = resolve(path);
  return (await stat(absolute)).isDirectory() ? await projectIn(absolute) : fileProject(absolute);
}

function fileProject(file: string): Project {
  const suffix = extname(file);
  const kind = KIND_OF_SUFFIX[suffix];
  if (kind === undefined) {
    const known = Object.keys(KIND_OF_SUFFIX).join(', ');
    throw new BuildError(`${file} is no source of a function: its name ends in none of ${known}`);
  }
  const source = basename(file);
  return { kind, folder: dirname(file), sources: [source], name: basename(source, suffix) };
}

async function projectIn(folder: string): Promise<Project> {
  const names = await readdir(folder);
  const name = basename(folder);
  for (const [file, kind] of Object.entries(KIND_OF_BUILD_FILE))
    if (names.includes(file)) return { kind, folder, sources: [], name };
  if (await exists(join(folder, ASSEMBLYSCRIPT_ENTRY)))
    return { kind: 'assemblyscript', folder, sources: [ASSEMBLYSCRIPT_ENTRY], name };

  const sources = names.filter((each) => ['c', 'cpp'].includes(KIND_OF_SUFFIX[extname(each)] ?? '')).sort();
  if (sources.length === 0) {
    const wanted = [...Object.keys(KIND_OF_BUILD_FILE), ASSEMBLYSCRIPT_ENTRY].join(', ');
    throw new BuildError(`${folder} has nothing to build: none of ${wanted}, no source in C or C++`);
  }
  const kinds = new Set(sources.map((source) => KIND_OF_SUFFIX[extname(source)]));
  const [kind] = kinds;
  if (kind === undefined || kinds.size > 1)
    throw new BuildError(`${folder} has sources in C and in C++: say in a CMakeLists.txt how they are built`);
  return { kind, folder, sources, name };
}
