import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ALL_GUESTS, buildGuests } from './build/build-guests.ts';
import { modulePath } from './catalogue.ts';
import { GUESTS_FOLDER } from './guests-folder.ts';

await buildGuests(GUESTS_FOLDER);
for (const path of ALL_GUESTS.map(modulePath)) {
  const { size } = await stat(join(GUESTS_FOLDER, path));
  process.stdout.write(`${path} ${size} bytes\n`);
}
