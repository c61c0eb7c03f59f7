import { isFaasmError } from '@faasm/protocol';
import type { DatabaseSync } from 'node:sqlite';
import type { Reply, RequestKind, RequestMessage, SentError } from './messages.ts';
import type { StateTables } from './state-tables.ts';

/** SQLite's code for a file or a disk that is full. */
const SQLITE_FULL = 13;

/** The lowest byte of SQLite's codes tells what is wrong, those above it where. */
const PRIMARY_CODE = 0xff;

/** What nobody is told of that it was kept: flushed with the next change that somebody is. */
const UNACKNOWLEDGED: ReadonlySet<RequestKind> = new Set<RequestKind>(['stage', 'abandon']);

/** A request with the number under which it is answered. */
export type Numbered = Exclude<RequestMessage, 'close'>;

/** Runs requests that came together in one transaction, so that they share its flush to the disk. */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #tables: StateTables;
  #isFlushing = true;

  constructor(database: DatabaseSync, tables: StateTables) {
    this.#database = database;
    this.#tables = tables;
  }

  /**
   * Answers requests in their order, once they are durable. Each succeeds or fails alone: one that is refused is undone to
   * its savepoint, and when SQLite itself fails, all are run again one by one. Throws what is no error of SQLite.
   */
  run(batch: readonly Numbered[]): Reply[] {
    this.#setFlushing(batch.some(({ request }) => !UNACKNOWLEDGED.has(request.kind)));
    try {
      return this.#transaction(() => batch.map((one) => this.#answer(one)));
    } catch (error) {
      const sent = sqliteError(error);
      if (sent === undefined) throw error;
      const [only] = batch;
      return batch.length === 1 && only !== undefined
        ? [{ id: only.id, error: sent }]
        : batch.flatMap((one) => this.run([one]));
    }
  }

  /** Removes some of what is of no use any more. False when the disk refuses even that. */
  sweep(): boolean {
    this.#setFlushing(false);
    try {
      this.#transaction(() => {
        this.#tables.sweeper.step();
      });
      return true;
    } catch (error) {
      if (sqliteError(error) === undefined) throw error;
      return false;
    }
  }

  #transaction<T>(action: () => T): T {
    this.#database.exec('BEGIN');
    try {
      const result = action();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // Some errors roll back by themselves.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #answer({ id, request }: Numbered): Reply {
    this.#database.exec('SAVEPOINT one');
    try {
      const answer: unknown = this.#tables.answer(request);
      this.#database.exec('RELEASE one');
      return { id, answer };
    } catch (error) {
      if (!isFaasmError(error)) throw error;
      this.#database.exec('ROLLBACK TO one; RELEASE one');
      return { id, error: { code: error.code, message: error.message } };
    }
  }

  /** Whether the next commits are flushed to the disk before they end. */
  #setFlushing(isFlushing: boolean): void {
    if (isFlushing === this.#isFlushing) return;
    this.#database.exec(`PRAGMA synchronous = ${isFlushing ? 'FULL' : 'NORMAL'}`);
    this.#isFlushing = isFlushing;
  }
}

/** What callers are told of an error of SQLite; undefined when it is none. */
function sqliteError(error: unknown): SentError | undefined {
  if (!(error instanceof Error && 'errcode' in error)) return undefined;
  const isFull = (Number(error.errcode) & PRIMARY_CODE) === SQLITE_FULL;
  return isFull
    ? { code: 'state.full', message: `State file has no room for a change: ${error.message}` }
    : { code: 'state.unavailable', message: `State file cannot be read or written: ${error.message}` };
}
