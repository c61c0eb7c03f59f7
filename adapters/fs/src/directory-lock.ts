import { FaasmError } from '@faasm/protocol';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const LOCK_FILE = 'lock.sqlite';

/**
 * The lock of a directory that one process at a time may write. It is SQLite's exclusive lock on an otherwise empty
 * database: a POSIX record lock, which the kernel frees however the process ends, and which NFSv4 knows too.
 */
export class DirectoryLock {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Locks a directory that exists. Throws `store.unavailable` when another process holds the lock. */
  static acquire(directory: string): DirectoryLock {
    try {
      const database = new DatabaseSync(join(directory, LOCK_FILE));
      database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
      return new DirectoryLock(database);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new FaasmError(
        'store.unavailable',
        `Data directory ${directory} cannot be locked (${why}): it has one writer at a time, which may still be running`,
        { cause: error },
      );
    }
  }

  release(): void {
    this.#database.close();
  }
}
