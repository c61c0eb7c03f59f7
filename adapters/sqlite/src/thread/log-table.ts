import { AppendedElements, type AppendedTerms, type StateKey } from '@faasm/state';
import type { DatabaseSync } from 'node:sqlite';

/** Logs of appended elements. */
export class LogTable {
  readonly #lengthen;
  readonly #add;
  readonly #find;
  readonly #first;
  readonly #empty;
  readonly #remove;

  constructor(database: DatabaseSync) {
    this.#lengthen = database.prepare(
      `INSERT INTO log (user, key, length) VALUES (?, ?, 1)
       ON CONFLICT (user, key) DO UPDATE SET length = length + 1 RETURNING id, length`,
    );
    this.#add = database.prepare('INSERT INTO element (log, number, bytes) VALUES (?, ?, ?)');
    this.#find = database.prepare('SELECT id FROM log WHERE user = ? AND key = ?');
    this.#first = database.prepare('SELECT bytes FROM element WHERE log = ? ORDER BY number LIMIT ?');
    this.#empty = database.prepare('DELETE FROM element WHERE log = ?');
    this.#remove = database.prepare('DELETE FROM log WHERE id = ?');
  }

  /** Adds an element at the end; how many there are then. */
  append({ user, key }: StateKey, element: Uint8Array): number {
    const { id, length } = this.#lengthen.get(user, key) as { id: number; length: number };
    this.#add.run(id, length, element);
    return length;
  }

  /** The first elements. Throws `state.too_large` when they have more bytes than asked for, or are too many. */
  first(key: StateKey, terms: AppendedTerms): Uint8Array[] {
    const elements = new AppendedElements(key, terms);
    const id = this.#idOf(key);
    if (id === undefined) return elements.list;
    for (const { bytes } of this.#first.iterate(id, terms.count)) elements.add(bytes as Uint8Array);
    return elements.list;
  }

  clear(key: StateKey): void {
    const id = this.#idOf(key);
    if (id === undefined) return;
    this.#empty.run(id);
    this.#remove.run(id);
  }

  #idOf({ user, key }: StateKey): number | undefined {
    return (this.#find.get(user, key) as { id: number } | undefined)?.id;
  }
}
