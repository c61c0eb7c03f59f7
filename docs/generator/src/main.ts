import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { referencePages } from './reference-pages.ts';

/** `npm run docs`: writes the pages of docs/reference from the code. */
for (const { path, text } of await referencePages()) {
  const file = fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  process.stdout.write(`${path}\n`);
}
