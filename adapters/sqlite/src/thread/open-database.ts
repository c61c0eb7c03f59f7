import { FaasmError } from '@faasm/protocol';
import { DatabaseSync } from 'node:sqlite';
import type { DatabaseOptions } from './messages.ts';

/** Format of the tables that this version reads and writes. Raised with every change of them. */
const SCHEMA_VERSION = 1;

/** Marks a file as ours, in SQLite's header: "Faas". */
const APPLICATION_ID = 0x46_61_61_73;

/** A chunk takes few pages, and a small change writes few bytes. */
const PAGE_BYTES = 8_192;

/** Pages that are kept in memory, in KiB. */
const CACHE_KIB = 16_384;

/** Pages in the log of changes before they are copied into the file: 32 MiB. */
const CHECKPOINT_PAGES = 4_096;

/** What the log of changes is cut to, after it was larger. */
const LOG_BYTES_KEPT = 64 * 1024 * 1024;

/**
 * A chunk of a value names its content, so that a push of many chunks is staged before and made by changing names. Where
 * there is no chunk, there are zeros. A value without a user was deleted, and its chunks are still to be removed.
 */
const TABLES = `
  CREATE TABLE counter (version INTEGER NOT NULL, token INTEGER NOT NULL) STRICT;
  INSERT INTO counter VALUES (0, 0);
  CREATE TABLE value (
    id INTEGER PRIMARY KEY, user TEXT, key TEXT NOT NULL, size INTEGER NOT NULL, version INTEGER NOT NULL,
    UNIQUE (user, key)
  ) STRICT;
  CREATE TABLE content (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE chunk (
    value INTEGER NOT NULL, number INTEGER NOT NULL, content INTEGER NOT NULL, PRIMARY KEY (value, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE staged (
    push INTEGER NOT NULL, number INTEGER NOT NULL, content INTEGER, displaced INTEGER, PRIMARY KEY (push, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE staged_part (
    push INTEGER NOT NULL, start INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (push, start)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE log (
    id INTEGER PRIMARY KEY, user TEXT NOT NULL, key TEXT NOT NULL, length INTEGER NOT NULL, UNIQUE (user, key)
  ) STRICT;
  CREATE TABLE element (
    log INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (log, number)
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Opens the file for this process alone, and creates it where it is missing. Throws `state.unavailable` when it cannot be
 * opened, another process has it, or it is not a file of state values in the format that this version reads.
 */
export function openDatabase({ path, sizeBytesMax }: DatabaseOptions): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    prepare(database, sizeBytesMax);
    return database;
  } catch (cause) {
    database?.close();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FaasmError('state.unavailable', `State file ${path} cannot be used: ${why}`, { cause });
  }
}

function prepare(database: DatabaseSync, sizeBytesMax: number | undefined): void {
  database.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE');
  const isFresh = checkFormat(database);
  if (isFresh) database.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -${CACHE_KIB};
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    PRAGMA journal_size_limit = ${LOG_BYTES_KEPT};
  `);
  if (isFresh) database.exec(`BEGIN; ${TABLES} COMMIT`);
  const pageBytes = pragma(database, 'page_size');
  if (sizeBytesMax !== undefined)
    database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(sizeBytesMax / pageBytes))}`);
}

/** Whether the file is new. Throws when it is somebody else's, or of another version. */
function checkFormat(database: DatabaseSync): boolean {
  const application = pragma(database, 'application_id');
  const version = pragma(database, 'user_version');
  const { tables } = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as {
    tables: number;
  };
  if (application === 0 && version === 0 && tables === 0) return true;
  if (application !== APPLICATION_ID) throw new Error('it is a database of another program');
  if (version !== SCHEMA_VERSION)
    throw new Error(`it has schema version ${version}, this version reads ${SCHEMA_VERSION}`);
  return false;
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
