import type { DataDirectory } from '@faasm/adapter-fs';
import { SqliteGlobalTier } from '@faasm/adapter-sqlite';
import type { GlobalTier } from '@faasm/state';
import { join } from 'node:path';

/** State values, in the data directory; whoever holds its lock is the only one to open it. */
const STATE_FILE = 'state.sqlite';

/** Opens the state values of a data directory. Throws `state.unavailable`. */
export async function openGlobalTier(directory: DataDirectory): Promise<GlobalTier> {
  return await SqliteGlobalTier.open({ path: join(directory.path, STATE_FILE) });
}
