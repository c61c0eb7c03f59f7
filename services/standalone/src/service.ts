import { DirectoryFunctionStore, openDataDirectory, type DataDirectory } from '@faasm/adapter-fs';
import {
  readSettings,
  runUntilSignal,
  serviceBase,
  type ServiceBase,
  type SettingInputs,
} from '@faasm/chassis';
import { CurrentVersions } from '@faasm/functions';
import { openSnapshots } from '@faasm/worker';
import { STANDALONE_SETTINGS } from './config.ts';
import { openGlobalTier } from './global-tier.ts';
import { withOwnChangesSeen } from './own-changes.ts';
import type { StandaloneParts, StandaloneSettings } from './parts.ts';
import { Standalone } from './standalone.ts';

/**
 * The standalone server: edge, upload service and worker in one process, with the queue in memory and functions in a
 * directory. Resolves when it has stopped. Throws `ConfigError`.
 */
export async function runService(inputs: SettingInputs): Promise<void> {
  const settings = readSettings(STANDALONE_SETTINGS, inputs);
  const base = serviceBase('start', settings.LOG_LEVEL);
  const directory = await openDataDirectory(settings.FUNC_ROOT);
  const standalone = await Standalone.start(settings, await openParts(directory, settings, base));
  await runUntilSignal(standalone, { logger: base.logger, drainTimeoutMs: settings.DRAIN_TIMEOUT });
  directory.close();
}

async function openParts(
  directory: DataDirectory,
  settings: StandaloneSettings,
  base: ServiceBase,
): Promise<StandaloneParts> {
  const files = new DirectoryFunctionStore(directory);
  await files.recover();
  const { clock } = base;
  const versions = new CurrentVersions({ store: files, clock, refreshMs: settings.FUNCTION_REFRESH });
  const snapshots = await openSnapshots(settings, base);
  const store = withOwnChangesSeen(files, { versions, snapshots: snapshots?.store });
  return { base, store, versions, snapshots, globalTier: openGlobalTier(clock) };
}
