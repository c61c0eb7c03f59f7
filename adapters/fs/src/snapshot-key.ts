import { FaasmError } from '@faasm/protocol';
import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const KEY_BYTES = 32;
const KEY_FILE = 'snapshot.key';

/** Bits of a file's mode by which others than its owner could use it. */
const OTHERS = 0o077;

/**
 * The key that proves who made a snapshot: `snapshot.key` in the directory, made when it is not there. Processes that
 * start at once agree on one. Throws `store.unavailable` for a file that is no key, or that others can read.
 */
export async function loadSnapshotKey(directory: string): Promise<Uint8Array> {
  const path = join(directory, KEY_FILE);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await createOnce(path);
    const { mode } = await stat(path);
    if ((mode & OTHERS) !== 0)
      throw new FaasmError(
        'store.unavailable',
        `Key ${path} can be used by others: its mode is ${(mode & 0o777).toString(8)}, not 600`,
      );
    const key = await readFile(path);
    if (key.byteLength === KEY_BYTES) return key;
    throw new FaasmError('store.unavailable', `Key ${path} has ${key.byteLength} bytes, not ${KEY_BYTES}`);
  } catch (cause) {
    if (cause instanceof FaasmError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FaasmError('store.unavailable', `Key ${path} cannot be used: ${why}`, { cause });
  }
}

/** A link appears whole or fails because another process was first. */
async function createOnce(path: string): Promise<void> {
  if (await exists(path)) return;
  const fresh = `${path}.${randomUUID()}`;
  await writeFile(fresh, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' });
  try {
    await link(fresh, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(fresh);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
