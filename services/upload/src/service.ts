import { DirectoryFunctionStore, openDataDirectory } from '@faasm/adapter-fs';
import {
  closeServer,
  listen,
  Readiness,
  readSettings,
  runUntilSignal,
  serviceBase,
  type SettingInputs,
} from '@faasm/chassis';
import { UPLOAD_SETTINGS } from './config.ts';
import { createUploadServer, deployOptions, uploadTerms } from './upload-server.ts';

/** The upload service: the one writer of the data directory. Resolves when it has stopped. Throws `ConfigError`. */
export async function runService(inputs: SettingInputs): Promise<void> {
  const settings = readSettings(UPLOAD_SETTINGS, inputs);
  const base = serviceBase('upload', settings.LOG_LEVEL);
  const directory = await openDataDirectory(settings.FUNC_ROOT);
  const store = new DirectoryFunctionStore(directory);
  await store.recover();
  const readiness = new Readiness(async () => {
    await store.ping();
  }, base.clock);
  const deploy = deployOptions(store, base.clock, uploadTerms(settings));
  const server = await createUploadServer({ ...base, readiness, deploy });
  await listen(server, { role: 'upload', host: settings.BIND_ADDRESS, port: settings.UPLOAD_PORT });
  const stop = async (impatient: AbortSignal): Promise<void> => {
    readiness.drain();
    await closeServer(server, impatient);
    directory.close();
  };
  await runUntilSignal({ stop }, { logger: base.logger, drainTimeoutMs: settings.DRAIN_TIMEOUT });
}
