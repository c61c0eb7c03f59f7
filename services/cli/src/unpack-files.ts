import type { WritableEntry } from '@faasm/filesystem';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from './exit-codes.ts';

/**
 * Writes entries of a tree into a directory, which is made where it is missing. Throws a `CommandError` when there is
 * something in it: nothing is replaced, and no link is followed that was there before.
 */
export async function unpackFiles(directory: string, entries: Iterable<WritableEntry>): Promise<void> {
  await mkdir(directory, { recursive: true });
  const [found] = await readdir(directory);
  if (found !== undefined)
    throw new CommandError('usage', `Directory ${directory} is not empty: it has ${JSON.stringify(found)}`);
  for (const entry of entries) {
    const path = join(directory, entry.path);
    if (entry.kind === 'directory') await mkdir(path);
    else if (entry.kind === 'symlink') await symlink(entry.target, path);
    else await writeFile(path, entry.bytes, { flag: 'wx' });
  }
}
