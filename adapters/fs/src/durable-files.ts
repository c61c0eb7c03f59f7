import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Flushes a file's content to the disk. */
async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes a directory, so that the names in it survive a power loss. */
export async function syncDirectory(path: string): Promise<void> {
  await syncFile(path);
}

/** Writes a file whole and flushed, or not at all: a reader sees the old content or the new, never a part. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  await syncDirectory(dirname(path));
}
