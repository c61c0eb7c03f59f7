import { readdir, readFile } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from './rule.ts';

/** The folder of this repository. */
export const REPOSITORY_ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));

/** What others wrote, which stays as it came. */
const VENDORED = ['guests/vendor/*/**'];

/**
 * Every text file below `root` that git does not ignore and that others did not write. It does not ask git: a copy
 * without history, or one that belongs to another user, has the same rules.
 */
export async function readRepository(root: string): Promise<SourceFile[]> {
  const ignored = [...VENDORED, ...ignorePatterns(await readFile(join(root, '.gitignore'), 'utf8'))];
  const files: SourceFile[] = [];
  const isIgnored = (path: string): boolean => ignored.some((pattern) => matchesGlob(path, pattern));
  for await (const path of walk(root, isIgnored)) {
    const text = await readFile(join(root, path), 'utf8');
    if (!text.includes('\0')) files.push({ path, text });
  }
  return files;
}

/** Paths of files below `root`, sorted within their folder. */
async function* walk(
  root: string,
  isIgnored: (path: string) => boolean,
  folder = '',
): AsyncGenerator<string> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (isIgnored(path)) continue;
    if (entry.isDirectory()) yield* walk(root, isIgnored, path);
    else if (entry.isFile()) yield path;
  }
}

/** Glob patterns for the lines of a `.gitignore`. Throws `RangeError` for `!`, which they cannot say. */
export function ignorePatterns(gitignore: string): string[] {
  const lines = gitignore.split('\n').map((line) => line.trim());
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return [
    '.git',
    ...patterns.flatMap((line) => {
      if (line.startsWith('!')) throw new RangeError(`.gitignore line ${line} takes back an earlier one`);
      const name = line.replace(/\/$/, '');
      const below = name.includes('/') ? name.replace(/^\//, '') : `**/${name}`;
      return [below, `${below}/**`];
    }),
  ];
}
