import { CHUNK_BYTES, stateKey } from '@faasm/state';
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { freshPath, patterned } from '../testing/tier-in-folder.ts';
import { GroupCommit, type Numbered } from './group-commit.ts';
import type { ChangeGuard, Reply, Request, Slab } from './messages.ts';
import { openDatabase } from './open-database.ts';
import { StateTables } from './state-tables.ts';

const KEY = stateKey('demo', 'k');
const PLAIN: ChangeGuard = { lock: undefined, now: 0 };
const NOTHING: Slab = { ranges: [], bytes: new Uint8Array(0) };

interface World {
  readonly database: DatabaseSync;
  readonly tables: StateTables;
  readonly commits: GroupCommit;
}

async function makeWorld(t: TestContext, sizeBytesMax?: number): Promise<World> {
  const database = openDatabase({ path: await freshPath(t), sizeBytesMax });
  t.after(() => {
    database.close();
  });
  const tables = new StateTables(database);
  return { database, tables, commits: new GroupCommit(database, tables) };
}

function batch(...requests: Request[]): Numbered[] {
  return requests.map((request, at) => ({ id: at + 1, request }));
}

function slab(start: number, bytes: Uint8Array<ArrayBuffer>): Slab {
  return { ranges: [{ start, end: start + bytes.byteLength }], bytes };
}

function increment(guard: ChangeGuard = PLAIN): Request {
  return { kind: 'increment', key: KEY, guard, delta: 1n };
}

function codes(replies: readonly Reply[]): string[] {
  return replies.map((reply) => ('error' in reply ? reply.error.code : 'done'));
}

function rows(database: DatabaseSync, table: string): number {
  return Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
}

function sweepAll({ commits, tables }: World): void {
  while (tables.sweeper.hasWork) assert.equal(commits.sweep(), true);
}

test('GroupCommit.run refuses one of a batch and makes the others, in their order (I6)', async (t) => {
  const { commits } = await makeWorld(t);
  const replies = commits.run(
    batch(increment(), increment({ ...PLAIN, expectedVersion: 7 }), increment(), {
      kind: 'describe',
      key: KEY,
    }),
  );
  assert.deepEqual(codes(replies), ['done', 'state.conflict', 'done', 'done']);
  const [, , third, described] = replies.map((reply) => ('answer' in reply ? reply.answer : undefined));
  assert.deepEqual(third, { value: 2n, info: { sizeBytes: 8, version: 2 } });
  assert.deepEqual(described, { sizeBytes: 8, version: 2 });
});

test('GroupCommit.run flushes what it acknowledges, also after it staged bytes without a flush (I8)', async (t) => {
  const { commits, database } = await makeWorld(t);
  const synchronous = (): unknown => database.prepare('PRAGMA synchronous').get()?.['synchronous'];
  const staged: Request = { kind: 'stage', push: undefined, sizeBytes: 1, slab: NOTHING };
  const found = [[staged], [increment()], [staged], [staged, increment()]].map((requests) => {
    commits.run(batch(...requests));
    return synchronous();
  });
  const [normal, full] = [1, 2];
  assert.deepEqual(found, [normal, full, normal, full]);
});

test('GroupCommit.run says state.full to the change that finds no room, and makes its neighbours', async (t) => {
  const world = await makeWorld(t, 40 * CHUNK_BYTES);
  const sizeBytes = 64 * CHUNK_BYTES;
  const key = stateKey('demo', 'large');
  const large: Request = {
    kind: 'push',
    key,
    guard: PLAIN,
    sizeBytes,
    push: undefined,
    slab: slab(0, patterned(sizeBytes, 1)),
  };
  const replies = world.commits.run(batch(increment(), large, increment(), { kind: 'describe', key }));
  assert.deepEqual(codes(replies), ['done', 'state.full', 'done', 'done']);
  assert.deepEqual(replies.at(-1), { id: 4, answer: undefined });
  assert.equal(rows(world.database, 'content'), 1);
});

test('GroupCommit.run deletes values of a file that is full, and then there is room', async (t) => {
  const world = await makeWorld(t, 40 * CHUNK_BYTES);
  const push = (name: string): Request => {
    const key = stateKey('demo', name);
    const bytes = slab(0, patterned(4 * CHUNK_BYTES, 1));
    return { kind: 'push', key, guard: PLAIN, sizeBytes: 4 * CHUNK_BYTES, push: undefined, slab: bytes };
  };
  let made = 0;
  while (codes(world.commits.run(batch(push(`v${made}`))))[0] === 'done') made += 1;
  assert.ok(made > 5, String(made));
  const refused = world.commits.run(batch(push('another')));
  assert.deepEqual(codes(refused), ['state.full']);
  const deletion: Request = { kind: 'delete', key: stateKey('demo', 'v0'), guard: PLAIN };
  assert.deepEqual(world.commits.run(batch(deletion)), [{ id: 1, answer: true }]);
  sweepAll(world);
  assert.deepEqual(codes(world.commits.run(batch(push('another')))), ['done']);
});

test('Sweeper.step gives back what deletions, replaced chunks and pushes that ended leave', async (t) => {
  const world = await makeWorld(t);
  const { commits, database } = world;
  const sizeBytes = 100 * CHUNK_BYTES;
  const pushWhole = (seed: number, end: (push: number) => Request): void => {
    const staged: Request = {
      kind: 'stage',
      push: undefined,
      sizeBytes,
      slab: slab(1_000, patterned(sizeBytes - 1_000, seed)),
    };
    const [reply] = commits.run(batch(staged));
    assert.ok(reply !== undefined && 'answer' in reply);
    assert.deepEqual(codes(commits.run(batch(end(Number(reply.answer))))), ['done']);
  };
  const make = (push: number): Request => ({
    kind: 'push',
    key: KEY,
    guard: PLAIN,
    sizeBytes,
    push,
    slab: NOTHING,
  });
  pushWhole(1, make);
  sweepAll(world);
  assert.equal(rows(database, 'content'), 100);
  pushWhole(2, make);
  assert.equal(rows(database, 'content'), 199);
  pushWhole(3, (push) => ({ kind: 'abandon', push }));
  sweepAll(world);
  assert.equal(rows(database, 'content'), 100);
  const [read] = commits.run(
    batch({ kind: 'read', key: KEY, range: { start: 1_000, end: sizeBytes }, sizeBytes, version: undefined }),
  );
  assert.ok(read !== undefined && 'answer' in read);
  assert.ok(Buffer.from(patterned(sizeBytes - 1_000, 2)).equals(read.answer as Uint8Array));
  commits.run(batch({ kind: 'delete', key: KEY, guard: PLAIN }));
  sweepAll(world);
  for (const table of ['value', 'chunk', 'content', 'staged', 'staged_part'])
    assert.equal(rows(database, table), 0, table);
});

test('StateTables removes what a process that was killed had staged, and uses no number of it again', async (t) => {
  const path = await freshPath(t);
  const sizeBytes = 2 * CHUNK_BYTES;
  const stage: Request = {
    kind: 'stage',
    push: undefined,
    sizeBytes,
    slab: slab(5, patterned(sizeBytes - 5, 1)),
  };
  const numbers: unknown[] = [];
  for (let life = 0; life < 3; life++) {
    const database = openDatabase({ path });
    const tables = new StateTables(database);
    const commits = new GroupCommit(database, tables);
    const [reply] = commits.run(batch(stage));
    if (reply !== undefined && 'answer' in reply) numbers.push(reply.answer);
    sweepAll({ database, tables, commits });
    assert.equal(rows(database, 'staged'), 1);
    assert.equal(rows(database, 'staged_part'), 1);
    assert.equal(rows(database, 'content'), 1);
    database.close();
  }
  assert.deepEqual(numbers, [1, 2, 3]);
});
