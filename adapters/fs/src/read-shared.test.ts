import { isFaasmError } from '@faasm/protocol';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readShared } from './read-shared.ts';

test('readShared gives a file of several pieces, and refuses one that is damaged or not there', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'faasm-shared-'));
  t.after(async () => {
    await rm(directory, { recursive: true });
  });
  const path = join(directory, 'file');
  for (const content of [Buffer.of(), randomBytes(2_500_000)]) {
    const digest = createHash('sha256').update(content).digest('hex');
    await writeFile(path, content);
    const bytes = await readShared(path, digest);
    assert.ok(bytes.buffer instanceof SharedArrayBuffer);
    assert.ok(content.equals(bytes));
    await writeFile(path, Buffer.concat([content, Buffer.of(1)]));
    await assert.rejects(
      readShared(path, digest),
      (error) => isFaasmError(error, 'store.unavailable') && error.message.includes(`${path} is damaged`),
    );
  }
  await assert.rejects(readShared(join(directory, 'none'), ''), (error) =>
    isFaasmError(error, 'store.unavailable'),
  );
});
