import { access, constants } from 'node:fs/promises';

/** Whether there is such a file or folder, and, where that is asked, whether it can be run. */
export async function exists(path: string, mode: number = constants.F_OK): Promise<boolean> {
  return await access(path, mode).then(
    () => true,
    () => false,
  );
}
