import type { ServiceBase, Settings } from '@faasm/chassis';
import type { SnapshotKeeping } from '@faasm/executor';
import type { CurrentVersions, FunctionStore } from '@faasm/functions';
import type { GlobalTier } from '@faasm/state';
import type { STANDALONE_SETTINGS } from './config.ts';

/** The values of the settings that the standalone server reads. */
export type StandaloneSettings = Settings<(typeof STANDALONE_SETTINGS)[number]>;

/** What every part of the standalone server shares. */
export interface StandaloneParts {
  readonly base: ServiceBase;
  readonly store: FunctionStore;
  readonly versions: CurrentVersions;
  readonly globalTier: GlobalTier;
  /** Undefined when snapshots are kept in memory only. */
  readonly snapshots: SnapshotKeeping | undefined;
}
