import { snapshotStoreContract } from '@faasm/functions/contracts';
import { functionRef } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { DirectorySnapshotStore } from './directory-snapshot-store.ts';
import { loadSnapshotKey } from './snapshot-key.ts';

snapshotStoreContract('DirectorySnapshotStore', async () => {
  const path = await mkdtemp(join(tmpdir(), 'faasm-snapshots-'));
  const close = async (): Promise<void> => {
    await rm(path, { recursive: true });
  };
  return { store: new DirectorySnapshotStore(path), close };
});

async function temporary(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'faasm-snapshots-'));
  t.after(async () => {
    await rm(path, { recursive: true });
  });
  return path;
}

test('DirectorySnapshotStore lets nobody else read what guests left in their memory (I5)', async (t) => {
  const root = await temporary(t);
  const name = 'a'.repeat(64);
  await new DirectorySnapshotStore(root).write(functionRef('demo', 'echo'), {
    name,
    bytes: Buffer.from('x'),
  });
  const { mode } = await stat(join(root, 'demo', 'echo', `${name}.proto`));
  assert.equal(mode & 0o777, 0o600);
});

test('loadSnapshotKey gives all who start at once the same key, which nobody else can read', async (t) => {
  const root = await temporary(t);
  const keys = await Promise.all(Array.from({ length: 10 }, async () => await loadSnapshotKey(root)));
  assert.equal(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size, 1);
  assert.deepEqual(await readdir(root), ['snapshot.key']);
  assert.equal((await readFile(join(root, 'snapshot.key'))).byteLength, 32);
});

test('loadSnapshotKey refuses a file that is no key, or that others can read, and names it', async (t) => {
  const root = await temporary(t);
  const path = join(root, 'snapshot.key');
  await loadSnapshotKey(root);
  await chmod(path, 0o640);
  await assert.rejects(loadSnapshotKey(root), {
    code: 'store.unavailable',
    message: /snapshot\.key.* 640, not 600/,
  });
  await chmod(path, 0o600);
  await writeFile(path, 'short');
  await assert.rejects(loadSnapshotKey(root), { code: 'store.unavailable', message: /has 5 bytes, not 32/ });
});
