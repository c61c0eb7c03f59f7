import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { compileProgram, GUESTS } from './compile-program.ts';
import { debianSource } from './debian-source.ts';
import { FunctionServer } from './function-server.ts';

/** A source package that has SQLite in one file, as its authors publish it; that of SQLite itself has not. */
const sqlite = await debianSource('libdbd-sqlite3-perl');

/** One thread, no plug-ins, and no memory that processes share. */
const FLAGS = ['-DSQLITE_THREADSAFE=0', '-DSQLITE_OMIT_LOAD_EXTENSION', '-DSQLITE_DEFAULT_LOCKING_MODE=1'];

/** Makes tables of each type of value, with an index. */
const SCHEMA = `
  CREATE TABLE planets (name TEXT PRIMARY KEY, moons INTEGER, mass REAL, picture BLOB);
  INSERT INTO planets VALUES
    ('Mercury', 0, 0.055, NULL), ('Venus', 0, 0.815, x'00ff'), ('Earth', 1, 1, NULL), ('Mars "red"', 2, 0.107, NULL);
  CREATE TABLE numbers (n INTEGER, text TEXT);
  WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 20000)
  INSERT INTO numbers SELECT n, printf('%08d', n * 7919 % 20011) FROM counted;
  CREATE INDEX by_text ON numbers (text);
`;

/** Queries whose rows the function and the SQLite of Node give alike. */
const QUERIES = [
  'SELECT * FROM sqlite_schema',
  'SELECT name, moons, mass, hex(picture) AS picture FROM planets ORDER BY name',
  'SELECT count(*) AS count, sum(n) AS sum, avg(n) AS mean, min(text) AS first FROM numbers',
  "SELECT n FROM numbers WHERE text BETWEEN '00001000' AND '00001020' ORDER BY text",
  'SELECT a.n % 10 AS digit, count(*) AS count FROM numbers a JOIN numbers b ON b.n = a.n + 1 GROUP BY 1 ORDER BY 1',
  'SELECT n, row_number() OVER (ORDER BY text DESC) AS rank FROM numbers ORDER BY rank LIMIT 5',
  'SELECT json_extract(\'{"a":[1,{"b":"ä€😀"}]}\', \'$.a[1].b\') AS value, upper(\'abc\') AS upper, 9007199254740991 AS big',
  'SELECT group_concat(text) AS all_text FROM (SELECT text FROM numbers ORDER BY text DESC)',
  "SELECT date('2024-02-29', '+1 year') AS day, 1.5e300 AS large, -0.1 AS small, NULL AS none",
];

describe('sqlite', { skip: sqlite.skip }, () => {
  let folder: string;
  let server: FunctionServer;
  let database: DatabaseSync;
  let wasm: Uint8Array;

  /** The bytes of a new database file that Node's SQLite made. */
  async function databaseFile(name: string, sql: string): Promise<Uint8Array> {
    const path = join(folder, name);
    const made = new DatabaseSync(path);
    made.exec(sql);
    made.close();
    return await readFile(path);
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faasm-sqlite-'));
    wasm = await compileProgram({
      folder: sqlite.folder,
      sources: [join(GUESTS, 'demo/sqlite/sqlite.c'), join(GUESTS, 'libfaasm/src/core.c'), 'sqlite3.c'],
      flags: [`-I${join(GUESTS, 'libfaasm/include')}`, '-I.', ...FLAGS],
    });
    server = await FunctionServer.start();
    const bytes = await databaseFile('one.db', SCHEMA);
    await server.deploy({ name: 'me/query', wasm, files: [{ kind: 'file', path: 'database.db', bytes }] });
    database = new DatabaseSync(':memory:');
    database.exec(SCHEMA);
  });
  after(async () => {
    database.close();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  async function rows(sql: string, name = 'me/query'): Promise<unknown[]> {
    const lines = (await server.print(name, sql)).split('\n');
    assert.equal(lines.pop(), '');
    return lines.map((line): unknown => JSON.parse(line));
  }

  /** What a call writes to standard error that fails. */
  async function failure(sql: string, name = 'me/query'): Promise<string> {
    const { status, output } = await server.call(name, sql);
    assert.equal(status, 500, output.toString());
    const { code, exitCode, stderr } = JSON.parse(output.toString()) as Record<string, unknown>;
    assert.deepEqual([code, exitCode], ['guest.exit', 1]);
    return String(stderr);
  }

  test('sqlite answers queries of an uploaded database as another SQLite does', async () => {
    assert.deepEqual(await rows('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
    for (const query of QUERIES) {
      // Its rows are objects without a prototype.
      const expected: unknown = JSON.parse(JSON.stringify(database.prepare(query).all()));
      assert.deepEqual(await rows(query), expected, query);
    }
  });

  test('sqlite runs several statements, and what they write is gone after the call (I5)', async () => {
    const write = `
      -- The first statement is a comment.
      BEGIN;; UPDATE numbers SET text = 'changed'; DELETE FROM numbers WHERE n > 10; COMMIT;
      VACUUM;
      SELECT count(*) AS changed FROM numbers WHERE text = 'changed';`;
    const count = 'SELECT count(*) AS count FROM numbers';
    assert.deepEqual(await rows(write), [{ changed: 10 }]);
    assert.deepEqual(await rows(count), [{ count: 20_000 }]);
    assert.deepEqual(await rows(`BEGIN; DELETE FROM numbers; ROLLBACK; ${count}`), [{ count: 20_000 }]);
    assert.deepEqual(await rows(''), []);
  });

  test('sqlite opens a database in WAL mode, below the path of its argument', async () => {
    const bytes = await databaseFile('wal.db', `PRAGMA journal_mode = WAL; ${SCHEMA}`);
    const files = [{ kind: 'file', path: 'data/wal.db', bytes }] as const;
    await server.deploy({ name: 'me/wal', wasm, files, args: ['/data/wal.db'] });
    assert.deepEqual(await rows('PRAGMA journal_mode', 'me/wal'), [{ journal_mode: 'wal' }]);
    const write = 'INSERT INTO numbers VALUES (0, NULL); SELECT count(*) AS count FROM numbers';
    for (const _ of [1, 2]) assert.deepEqual(await rows(write, 'me/wal'), [{ count: 20_001 }]);
  });

  test('sqlite tells what is wrong with a statement, a value or a file', async () => {
    assert.equal(await failure('SELECT 1; SELECT broken FROM planets'), 'no such column: broken\n');
    assert.equal(await failure('SELEC 1'), 'near "SELEC": syntax error\n');
    assert.match(await failure("INSERT INTO planets (name) VALUES ('Earth')"), /^UNIQUE constraint failed/);
    assert.equal(await failure('SELECT picture FROM planets'), 'JSON cannot hold BLOB values\n');
    await server.deploy({ name: 'me/none', wasm });
    assert.match(await failure('SELECT 1', 'me/none'), /^\/database\.db: unable to open database file\n$/);
    const bytes = Buffer.alloc(8192, 'no database ');
    await server.deploy({ name: 'me/bad', wasm, files: [{ kind: 'file', path: 'database.db', bytes }] });
    assert.equal(await failure('SELECT * FROM sqlite_schema', 'me/bad'), 'file is not a database\n');
  });
});
