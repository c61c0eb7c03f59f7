import { isFaasmError } from '@faasm/protocol';
import { stateKey } from '@faasm/state';
import { bytesOf } from '@faasm/state/contracts';
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { SqliteGlobalTier } from './sqlite-global-tier.ts';
import { freshPath, openTier, patterned } from './testing/tier-in-folder.ts';

const KEY = stateKey('demo', 'weights');
const OTHER = stateKey('demo', 'other');
const LEASE_MS = 60_000;

function unavailable(...words: string[]): (error: unknown) => boolean {
  return (error) =>
    isFaasmError(error, 'state.unavailable') && words.every((word) => error.message.includes(word));
}

test('SqliteGlobalTier.open finds values, logs and versions again, and no lock (I8)', async (t) => {
  const path = await freshPath(t);
  const bytes = patterned(200_000, 1);
  const tier = await SqliteGlobalTier.open({ path });
  const info = await tier.push(KEY, { sizeBytes: bytes.byteLength, pieces: [{ offset: 0, bytes }] });
  const { version: deleted } = await tier.push(OTHER, { sizeBytes: 1, pieces: [] });
  await tier.delete(OTHER, {});
  await tier.append(KEY, Uint8Array.of(1));
  const granted = await tier.tryLock(KEY, { holder: 'call-1', leaseMs: LEASE_MS });
  assert.ok(granted.granted);
  await tier.close();

  const again = await SqliteGlobalTier.open({ path });
  assert.deepEqual(await again.describe(KEY), info);
  assert.deepEqual(await bytesOf(again, KEY, { start: 0, end: bytes.byteLength }), bytes);
  assert.deepEqual(await again.readAppended(KEY, { count: 9, bytesMax: 9 }), [Uint8Array.of(1)]);
  const stale = again.push(KEY, { sizeBytes: bytes.byteLength, pieces: [], token: granted.token });
  await assert.rejects(stale, { code: 'state.fenced' });
  const next = await again.tryLock(KEY, { holder: 'call-2', leaseMs: LEASE_MS });
  assert.ok(next.granted && next.token > granted.token, '(I7)');
  assert.ok((await again.push(OTHER, { sizeBytes: 1, pieces: [] })).version > deleted, '(I6)');
  await again.close();
});

test('SqliteGlobalTier.open refuses what is no state file, and says why', async (t) => {
  const path = await freshPath(t);
  await writeFile(path, 'text '.repeat(1_000));
  await assert.rejects(SqliteGlobalTier.open({ path }), unavailable(path, 'not a database'));
  assert.equal((await readFile(path, 'utf8')).length, 5_000);

  const missing = join(dirname(path), 'none', 'state.sqlite');
  await assert.rejects(SqliteGlobalTier.open({ path: missing }), unavailable(missing, 'unable to open'));

  const foreign = join(dirname(path), 'foreign.sqlite');
  const database = new DatabaseSync(foreign);
  database.exec('CREATE TABLE one (two)');
  database.close();
  await assert.rejects(SqliteGlobalTier.open({ path: foreign }), unavailable('another program'));
});

test('SqliteGlobalTier.open refuses a file of a newer schema, and leaves it alone', async (t) => {
  const path = await freshPath(t);
  await (await SqliteGlobalTier.open({ path })).close();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  const before = await readFile(path);
  await assert.rejects(SqliteGlobalTier.open({ path }), unavailable('schema version 99', 'reads 1'));
  assert.deepEqual(await readFile(path), before);
});

test('SqliteGlobalTier.open refuses a file that is open already', async (t) => {
  const path = await freshPath(t);
  const tier = await SqliteGlobalTier.open({ path });
  await assert.rejects(SqliteGlobalTier.open({ path }), unavailable(path, 'locked'));
  await tier.close();
  await (await SqliteGlobalTier.open({ path })).close();
});

test('SqliteGlobalTier.close waits for what was asked, and what is asked later is refused', async (t) => {
  const path = await freshPath(t);
  const tier = await SqliteGlobalTier.open({ path });
  const pushes = Array.from({ length: 50 }, (_, i) =>
    tier.push(stateKey('demo', `k${i}`), { sizeBytes: 1, pieces: [] }),
  );
  // The first piece of a push has to be taken before it is sent.
  await Promise.race(pushes);
  const appended = tier.append(KEY, Uint8Array.of(1));
  await Promise.resolve();
  await tier.close();
  await Promise.all(pushes);
  assert.equal(await appended, 1);
  await assert.rejects(tier.describe(KEY), unavailable(path, 'closed'));
});

test('SqliteGlobalTier starts its thread again after it ended, and keeps locks and what was acknowledged (I8)', async (t) => {
  const tier = await openTier(t);
  const info = await tier.push(KEY, { sizeBytes: 3, pieces: [{ offset: 0, bytes: Uint8Array.of(1, 2, 3) }] });
  const lock = await tier.tryLock(KEY, { holder: 'call-1', leaseMs: LEASE_MS });
  assert.ok(lock.granted);
  // No caller of the port does this: it is an error in the thread that nothing there expects.
  const planted = tier.list('demo', { limit: {} as never });
  const lost = tier.describe(KEY);
  await assert.rejects(planted, unavailable('ended'));
  await assert.rejects(lost, unavailable('ended'));
  assert.deepEqual(await tier.describe(KEY), info);
  assert.deepEqual(await bytesOf(tier, KEY, { start: 0, end: 3 }), Uint8Array.of(1, 2, 3));
  await tier.push(KEY, { sizeBytes: 3, pieces: [], token: lock.token });
});
