import { FaasmError } from '@faasm/protocol';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectoryLock } from './directory-lock.ts';

/** Format of the data directory that this version reads and writes. Raised with every change of its layout. */
export const DATA_FORMAT = 1;

const FORMAT_FILE = 'format.json';

/** A data directory that is open; its writer holds its lock. */
export interface DataDirectory {
  readonly path: string;
  /** Throws `store.unavailable` when the directory is not there or has another format. */
  check(): Promise<void>;
  close(): void;
}

/**
 * Opens a data directory to write: creates it where it is missing, checks its format, and locks it until it is closed
 * or the process ends. Throws `store.unavailable` when another process has it or when it has another format.
 */
export async function openDataDirectory(path: string): Promise<DataDirectory> {
  await guarded(path, async () => await mkdir(path, { recursive: true }));
  const lock = DirectoryLock.acquire(path);
  try {
    await guarded(path, async () => {
      await writeFile(join(path, FORMAT_FILE), `${JSON.stringify({ format: DATA_FORMAT })}\n`, {
        flag: 'wx',
      });
    }).catch(ignoreExisting);
    await checkFormat(path);
  } catch (error) {
    lock.release();
    throw error;
  }
  return {
    path,
    check: async () => {
      await checkFormat(path);
    },
    close: () => {
      lock.release();
    },
  };
}

/** A data directory to read, which another process writes; it need not be there yet. */
export function readDataDirectory(path: string): DataDirectory {
  return {
    path,
    check: async () => {
      await checkFormat(path);
    },
    close: () => undefined,
  };
}

async function checkFormat(path: string): Promise<void> {
  const file = join(path, FORMAT_FILE);
  const content = await guarded(path, async () => await readFile(file, 'utf8'));
  const format = readFormat(content);
  if (format === DATA_FORMAT) return;
  throw new FaasmError(
    'store.unavailable',
    `Data directory ${path} has format ${String(format)}, this version reads ${DATA_FORMAT}`,
  );
}

function readFormat(content: string): unknown {
  try {
    const parsed: unknown = JSON.parse(content);
    return typeof parsed === 'object' && parsed !== null && 'format' in parsed ? parsed.format : undefined;
  } catch {
    return `that cannot be read (${JSON.stringify(content.slice(0, 40))})`;
  }
}

async function guarded<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FaasmError('store.unavailable', `Data directory ${path} cannot be used: ${why}`, {
      cause: error,
    });
  }
}

function ignoreExisting(error: unknown): void {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return;
  throw error;
}
