import type { ListedValue, StateKey, ValueInfo } from '@faasm/state';
import type { DatabaseSync } from 'node:sqlite';

/** A value as it is stored. */
export interface StoredValue extends ValueInfo {
  /** Names it to its chunks. */
  readonly id: number;
}

/** Which values there are, and their versions. */
export class ValueTable {
  readonly #find;
  readonly #create;
  readonly #nextVersion;
  readonly #setVersion;
  readonly #drop;
  readonly #list;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(
      'SELECT id, size AS sizeBytes, version FROM value WHERE user = ? AND key = ?',
    );
    this.#create = database.prepare('INSERT INTO value (user, key, size, version) VALUES (?, ?, ?, 0)');
    this.#nextVersion = database.prepare('UPDATE counter SET version = version + 1 RETURNING version');
    this.#setVersion = database.prepare('UPDATE value SET version = ? WHERE id = ?');
    this.#drop = database.prepare('UPDATE value SET user = NULL WHERE id = ?');
    this.#list = database.prepare(
      'SELECT key, size AS sizeBytes, version FROM value WHERE user = ? AND key > ? ORDER BY key LIMIT ?',
    );
  }

  find({ user, key }: StateKey): StoredValue | undefined {
    return this.#find.get(user, key) as StoredValue | undefined;
  }

  /** Adds a value of zeros, which has its first version once it is {@link changed}. */
  create({ user, key }: StateKey, sizeBytes: number): StoredValue {
    const { lastInsertRowid } = this.#create.run(user, key, sizeBytes);
    return { id: Number(lastInsertRowid), sizeBytes, version: 0 };
  }

  /** Gives a value a version that nothing had before. */
  changed({ id, sizeBytes }: StoredValue): ValueInfo {
    const { version } = this.#nextVersion.get() as { version: number };
    this.#setVersion.run(version, id);
    return { sizeBytes, version };
  }

  /** Lets nobody find a value any more; what it takes on the disk is given back later. */
  drop({ id }: StoredValue): void {
    this.#drop.run(id);
  }

  /** In the order of the keys' bytes, which is that of SQLite's texts. */
  list(user: string, page: { readonly after: string; readonly limit: number }): ListedValue[] {
    return this.#list.all(user, page.after, page.limit) as unknown as ListedValue[];
  }
}
