import { constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { exists } from './exists.ts';

/** Every program of that name in the folders of `path`, which `:` separates, in their order. */
export async function findPrograms(name: string, path: string): Promise<string[]> {
  const candidates = path.split(delimiter).map((folder) => join(folder, name));
  const found = await Promise.all(candidates.map(async (each) => await exists(each, constants.X_OK)));
  return candidates.filter((_, index) => found[index]);
}
