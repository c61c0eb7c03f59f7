import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { ALL_GUESTS, buildGuests } from './build/build-guests.ts';
import { modulePath } from './catalogue.ts';
import { GUESTS_FOLDER } from './guests-folder.ts';

it('every committed module is what its source builds to, byte for byte', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'faasm-rebuild-'));
  t.after(() => rm(folder, { recursive: true }));
  await buildGuests(folder);

  assert.ok(ALL_GUESTS.length >= 15, `only ${ALL_GUESTS.length} guests were compared`);
  const different: string[] = [];
  for (const path of ALL_GUESTS.map(modulePath)) {
    const built = await readFile(join(folder, path));
    const committed = await readFile(join(GUESTS_FOLDER, path));
    if (!built.equals(committed))
      different.push(`${path}: committed ${committed.length}, built ${built.length} bytes`);
  }
  assert.deepEqual(different, [], 'run `npm run build -w guests` and commit the result');
});
