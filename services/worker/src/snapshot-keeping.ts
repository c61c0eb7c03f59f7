import { DirectorySnapshotStore, loadSnapshotKey } from '@faasm/adapter-fs';
import type { ServiceBase } from '@faasm/chassis';
import type { SnapshotKeeping } from '@faasm/executor';
import { isFaasmError } from '@faasm/protocol';
import { join } from 'node:path';

/** The settings that say where snapshots are. */
export interface SnapshotSettings {
  readonly SNAPSHOT_ROOT: string;
  readonly FUNC_ROOT: string;
}

/** Opens the snapshots' directory. Undefined when there is to be none, or when `auto` cannot write where it would. */
export async function openSnapshots(
  { SNAPSHOT_ROOT, FUNC_ROOT }: SnapshotSettings,
  { logger }: ServiceBase,
): Promise<SnapshotKeeping | undefined> {
  if (SNAPSHOT_ROOT === 'none') return undefined;
  const root = SNAPSHOT_ROOT === 'auto' ? join(FUNC_ROOT, 'snapshots') : SNAPSHOT_ROOT;
  try {
    return { store: new DirectorySnapshotStore(root), key: await loadSnapshotKey(root) };
  } catch (error) {
    if (SNAPSHOT_ROOT !== 'auto' || !isFaasmError(error)) throw error;
    logger.info({ root, reason: error.message }, 'snapshots are kept in memory only');
    return undefined;
  }
}
