import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freshPath } from './testing/tier-in-folder.ts';

const FILLER = fileURLToPath(new URL('./testing/fill-disk.ts', import.meta.url));

/** Runs a command where `folder` is a disk of 8 MiB that nobody else sees. */
function onSmallDisk(folder: string, command: readonly string[]): ReturnType<typeof spawnSync> {
  const script = 'mount -t tmpfs -o size=8m none "$0" && exec "$@"';
  return spawnSync('unshare', ['-rm', 'sh', '-c', script, folder, ...command], {
    encoding: 'utf8',
    timeout: 60_000,
  });
}

test('SqliteGlobalTier on a disk that is full refuses with state.full, and keeps what it has (I8)', async (t) => {
  const path = await freshPath(t);
  const folder = dirname(path);
  const mount = onSmallDisk(folder, ['true']);
  if (mount.status !== 0) {
    t.skip(`no disk can be mounted: ${mount.error?.message ?? String(mount.stderr).trim()}`);
    return;
  }
  const { status, stdout, stderr } = onSmallDisk(folder, [process.execPath, FILLER, path]);
  assert.equal(status, 0, String(stderr));
  assert.ok(Number(stdout) >= 10, `${String(stdout)} values of 256 KiB`);
});
