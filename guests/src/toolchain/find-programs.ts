import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Every program of that name in the folders of `path`, which `:` separates, in their order. */
export async function findPrograms(name: string, path: string): Promise<string[]> {
  const candidates = path.split(delimiter).map((folder) => join(folder, name));
  const found = await Promise.all(
    candidates.map(async (candidate) =>
      access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return candidates.filter((_, index) => found[index]);
}
