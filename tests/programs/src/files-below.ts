import type { WritableEntry } from '@faasm/filesystem';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** What is below the folder `root` of this machine, as files of a function: below `/`, or below the folder `at`. */
export async function filesBelow(root: string, at = ''): Promise<WritableEntry[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return await Promise.all(
    entries.map(async (entry): Promise<WritableEntry> => {
      const local = join(entry.parentPath, entry.name);
      const path = join(at, relative(root, local));
      if (entry.isDirectory()) return { kind: 'directory', path };
      return { kind: 'file', path, bytes: await readFile(local) };
    }),
  );
}
