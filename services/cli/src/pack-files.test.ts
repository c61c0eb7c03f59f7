import { isFaasmError } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { CommandError } from './exit-codes.ts';
import { packDirectory } from './pack-files.ts';

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'faasm-pack-'));
  t.after(async () => {
    await rm(path, { recursive: true });
  });
  return path;
}

test('packDirectory gives files, directories and links by name, whatever their times are', async (t) => {
  const root = await directory(t);
  await mkdir(join(root, 'b/empty'), { recursive: true });
  await writeFile(join(root, 'b/z'), 'last');
  await writeFile(join(root, 'a'), 'first');
  await symlink('../a', join(root, 'b/link'));
  const packed = await packDirectory(root);
  await utimes(join(root, 'a'), 1, 1);
  assert.deepEqual(await packDirectory(root), packed);
  assert.deepEqual(packed, [
    { kind: 'file', path: 'a', bytes: Buffer.from('first') },
    { kind: 'directory', path: 'b' },
    { kind: 'directory', path: 'b/empty' },
    { kind: 'symlink', path: 'b/link', target: '../a' },
    { kind: 'file', path: 'b/z', bytes: Buffer.from('last') },
  ]);
});

test('packDirectory refuses links that lead outside, sockets, and more bytes than any server takes', async (t) => {
  const root = await directory(t);
  await symlink('../../etc/passwd', join(root, 'link'));
  await assert.rejects(
    packDirectory(root),
    (error) =>
      isFaasmError(error, 'files.invalid') &&
      /"link" leads to "..\/..\/etc\/passwd", outside/.test(error.message),
  );
  await rm(join(root, 'link'));
  const server = createServer();
  await new Promise<void>((listening) => {
    server.listen(join(root, 'socket'), listening);
  });
  await assert.rejects(
    packDirectory(root),
    (error) => error instanceof CommandError && error.message.includes('"socket" is neither file'),
  );
  await new Promise((closed) => server.close(closed));
  await writeFile(join(root, 'large'), '');
  await truncate(join(root, 'large'), 512 * 1024 * 1024 + 1);
  await assert.rejects(
    packDirectory(root),
    (error) =>
      error instanceof CommandError &&
      /large is larger than the limit of 536870912 bytes/.test(error.message),
  );
});
