import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { functionRef } from '@faasm/protocol';
import { GUESTS_FOLDER } from '../guests-folder.ts';
import { LIBRARY } from '../toolchain/library.ts';

/** What a function can be written in. */
export const PROJECT_LANGUAGES = ['c', 'cpp', 'assemblyscript', 'rust'] as const;

/** One of {@link PROJECT_LANGUAGES}. */
export type ProjectLanguage = (typeof PROJECT_LANGUAGES)[number];

/** What to make. */
export interface ProjectRequest {
  readonly language: ProjectLanguage;
  /** The function's name, and the folder's. */
  readonly name: string;
  /** Where the folder is to be. */
  readonly parent: string;
}

/** Stands for the function's name, in files and in their names. */
const NAME_PLACEHOLDER = '__name__';

/**
 * What a project takes along of the library, so that the language's own tools build it anywhere. C and C++ are given
 * theirs by `faasm build`.
 */
const LIBRARY_COPIES: Partial<
  Record<ProjectLanguage, readonly { readonly from: string; readonly to: string }[]>
> = {
  assemblyscript: ['faasm.ts', 'faasm'].map((name) => ({
    from: join(LIBRARY.assemblyScript, name),
    to: `assembly/${name}`,
  })),
  rust: [{ from: LIBRARY.rustCrate, to: 'faasm' }],
};

/**
 * Makes a folder with a function that greets; resolves to its absolute path. Throws `request.bad_name`; rejects with
 * `EEXIST` when the folder is there.
 */
export async function createProject({ language, name, parent }: ProjectRequest): Promise<string> {
  // Whoever owns it: the name must be one that it can be uploaded under.
  functionRef('user', name);
  const folder = join(resolve(parent), name);
  await mkdir(folder);
  const template = join(GUESTS_FOLDER, 'templates', language);
  const entries = await readdir(template, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const source = join(entry.parentPath, entry.name);
    const path = join(folder, relative(template, entry.parentPath), ownName(entry.name, name));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, (await readFile(source, 'utf8')).replaceAll(NAME_PLACEHOLDER, name));
  }
  for (const { from, to } of LIBRARY_COPIES[language] ?? [])
    await cp(from, join(folder, to), { recursive: true });
  return folder;
}

/** `_gitignore` and `_package.json` would have an effect on this repository under their own names. */
function ownName(templateName: string, name: string): string {
  return templateName
    .replaceAll(NAME_PLACEHOLDER, name)
    .replace(/^_gitignore$/, '.gitignore')
    .replace(/^_package\.json$/, 'package.json');
}
