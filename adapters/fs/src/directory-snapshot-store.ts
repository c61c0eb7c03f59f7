import { SNAPSHOTS_KEPT, type SnapshotStore } from '@faasm/functions';
import { FaasmError, functionRef, type FunctionRef } from '@faasm/protocol';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of snapshots, where they become parts of paths. */
const NAME = /^[0-9a-f]{64}$/;
const SUFFIX = '.proto';

/** Only the process's own user may read what guests left in their memory. */
const MODE = { directory: 0o700, file: 0o600 } as const;

/**
 * Snapshots in a directory, `USER/FUNCTION/NAME.proto`. Any number of processes read and write it: a file appears whole
 * by being renamed. Not flushed: what a power loss damages is refused when it is read, and made again.
 */
export class DirectorySnapshotStore implements SnapshotStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async read(ref: FunctionRef, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const path = this.#path(ref, name);
    return await unavailable(
      path,
      async () => await ifPresent(async () => new Uint8Array(await readFile(path))),
    );
  }

  async write(ref: FunctionRef, { name, bytes }: { name: string; bytes: Uint8Array }): Promise<void> {
    const path = this.#path(ref, name);
    const home = this.#home(ref);
    await unavailable(path, async () => {
      await mkdir(home, { recursive: true, mode: MODE.directory });
      const fresh = join(home, `${randomUUID()}.new`);
      await writeFile(fresh, bytes, { mode: MODE.file, flag: 'wx' });
      await rename(fresh, path);
      await this.#removeOldest(home);
    });
  }

  async remove(ref: FunctionRef): Promise<void> {
    const home = this.#home(ref);
    await unavailable(home, async () => {
      await rm(home, { recursive: true, force: true });
    });
  }

  async #removeOldest(home: string): Promise<void> {
    const files = await Promise.all(
      (await readdir(home)).map(async (file) => {
        const path = join(home, file);
        // Another process may be removing it at the same time.
        return { path, writtenAt: (await ifPresent(async () => await stat(path)))?.mtimeMs ?? 0 };
      }),
    );
    const old = files.toSorted((a, b) => b.writtenAt - a.writtenAt).slice(SNAPSHOTS_KEPT);
    await Promise.all(
      old.map(async ({ path }) => {
        await rm(path, { force: true });
      }),
    );
  }

  /** Names are checked again here, where they become paths: nothing outside the directory is ever reached. */
  #home({ user, name }: FunctionRef): string {
    const checked = functionRef(user, name);
    return join(this.#root, checked.user, checked.name);
  }

  #path(ref: FunctionRef, name: string): string {
    if (!NAME.test(name)) throw new RangeError(`Snapshot has the name ${JSON.stringify(name.slice(0, 80))}`);
    return join(this.#home(ref), `${name}${SUFFIX}`);
  }
}

async function ifPresent<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function unavailable<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FaasmError('store.unavailable', `Snapshot ${path} cannot be used: ${why}`, { cause });
  }
}
