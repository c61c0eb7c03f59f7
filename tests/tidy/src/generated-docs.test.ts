import { referencePages } from '@faasm/docs-generator';
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { REPOSITORY_ROOT } from './repository.ts';

const FOLDER = 'docs/reference';

test('every page of docs/reference is what npm run docs writes now', async () => {
  const pages = await referencePages();
  const stale: string[] = [];
  for (const { path, text } of pages) {
    const written = await readFile(join(REPOSITORY_ROOT, path), 'utf8').catch(() => undefined);
    if (written !== text) stale.push(`${path}:1 is not what the code says; run npm run docs`);
  }
  assert.deepEqual(stale, []);
});

test('docs/reference has no page that nothing writes', async () => {
  const pages = await referencePages();
  const written = await readdir(join(REPOSITORY_ROOT, FOLDER));
  assert.deepEqual(
    written.map((name) => `${FOLDER}/${name}`).toSorted(),
    pages.map(({ path }) => path).toSorted(),
  );
});
