import { shownPath, TreeBuilder, type WritableEntry } from '@faasm/filesystem';
import { LIMITS } from '@faasm/protocol';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from './exit-codes.ts';
import { readFileBounded } from './read-input.ts';

/** No server takes more; its own bounds may be lower. */
const BOUNDS = { entriesMax: LIMITS.filesEntries.max, bytesMax: LIMITS.filesBytes.max } as const;

/**
 * Everything in a directory, by name, so that equal directories give equal archives: contents and links, no owners, times
 * or rights. Throws a `CommandError` for what is neither file, directory nor link, and `files.invalid` or
 * `files.too_large` for what no server would take, such as a link that leads outside.
 */
export async function packDirectory(directory: string): Promise<WritableEntry[]> {
  const entries: WritableEntry[] = [];
  const tree = new TreeBuilder(BOUNDS);
  const walk = async (below: string): Promise<void> => {
    const names = await readdir(join(directory, below));
    for (const name of names.toSorted()) {
      const path = below === '' ? name : `${below}/${name}`;
      const entry = await readEntry(directory, { path, bytesMax: BOUNDS.bytesMax - tree.sizeBytes });
      if (entry.kind === 'file') tree.addFile(path, entry.bytes);
      else if (entry.kind === 'symlink') tree.addSymlink(path, entry.target);
      else tree.addDirectory(path);
      entries.push(entry);
      if (entry.kind === 'directory') await walk(path);
    }
  };
  await walk('');
  return entries;
}

async function readEntry(
  directory: string,
  { path, bytesMax }: { path: string; bytesMax: number },
): Promise<WritableEntry> {
  const real = join(directory, path);
  const stat = await lstat(real);
  if (stat.isDirectory()) return { kind: 'directory', path };
  if (stat.isSymbolicLink()) return { kind: 'symlink', path, target: await readlink(real) };
  if (stat.isFile()) return { kind: 'file', path, bytes: await readFileBounded(real, bytesMax) };
  throw new CommandError('usage', `File ${shownPath(path)} is neither file, directory nor link`);
}
