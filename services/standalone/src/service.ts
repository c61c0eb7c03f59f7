import { DirectoryFunctionStore, openDataDirectory, type DataDirectory } from '@faasm/adapter-fs';
import { MemoryBackend, MemoryHostRegistry } from '@faasm/adapter-memory';
import { logCalls, measureCalls, measureQueue, measureReading } from '@faasm/adapter-telemetry';
import {
  listen,
  Readiness,
  readSettings,
  runUntilSignal,
  serviceBase,
  type RunningService,
  type ServiceBase,
  type SettingInputs,
  type Settings,
} from '@faasm/chassis';
import { createEdgeServer, createGateway } from '@faasm/edge';
import { CurrentVersions, type FunctionStore } from '@faasm/functions';
import { createUploadServer, deployOptions } from '@faasm/upload';
import { CallHost, createExecutor } from '@faasm/worker';
import type { FastifyInstance } from 'fastify';
import { STANDALONE_SETTINGS } from './config.ts';
import { deployDemoFunctions } from './demo-functions.ts';
import { withOwnChangesSeen } from './own-changes.ts';

type StandaloneSettings = Settings<(typeof STANDALONE_SETTINGS)[number]>;

/** How often the one host announces itself to this process's own registry, in milliseconds. */
const HEARTBEAT_MS = 2_000;

/**
 * The standalone server: edge, upload service and worker in one process, with the queue in memory and functions in a
 * directory. Prints a curl line that works. Resolves when it has stopped. Throws `ConfigError`.
 */
export async function runService(inputs: SettingInputs): Promise<void> {
  const settings = readSettings(STANDALONE_SETTINGS, inputs);
  const base = serviceBase('start', settings.LOG_LEVEL);
  const directory = await openDataDirectory(settings.FUNC_ROOT);
  const { store, versions } = await openStore(directory, settings, base);
  const service = await startStandalone(settings, { base, store, versions });
  await runUntilSignal(service, { logger: base.logger, drainTimeoutMs: settings.DRAIN_TIMEOUT });
  directory.close();
}

interface StandaloneParts {
  readonly base: ServiceBase;
  readonly store: FunctionStore;
  readonly versions: CurrentVersions;
}

async function openStore(
  directory: DataDirectory,
  settings: StandaloneSettings,
  { clock }: ServiceBase,
): Promise<{ store: FunctionStore; versions: CurrentVersions }> {
  const files = new DirectoryFunctionStore(directory);
  await files.recover();
  const versions = new CurrentVersions({ store: files, clock, refreshMs: settings.FUNCTION_REFRESH });
  return { store: withOwnChangesSeen(files, () => versions), versions };
}

async function startStandalone(
  settings: StandaloneSettings,
  parts: StandaloneParts,
): Promise<RunningService> {
  const { base, store, versions } = parts;
  const { clock, metrics, logger } = base;
  const backend = new MemoryBackend({
    clock,
    queuedCallsMax: settings.QUEUE_LIMIT_CALLS,
    outstandingCallsPerUserMax: settings.USER_LIMIT_CALLS,
    resultTtlMs: settings.RESULT_TTL,
    resultBytesMax: settings.RESULT_LIMIT_BYTES,
  });
  const runner = createExecutor(settings, parts);
  const host = new CallHost({
    host: base.incarnation,
    queue: backend,
    registry: new MemoryHostRegistry(clock, 3 * HEARTBEAT_MS),
    runner,
    clock,
    leaseMs: settings.LEASE_TIME,
    heartbeatMs: HEARTBEAT_MS,
  });
  logCalls(logger);
  measureCalls(metrics);
  measureQueue(metrics, async () => await backend.counts());
  measureReading(metrics, {
    name: 'faasm_calls_running',
    help: 'Calls that run now',
    value: () => host.busy,
  });
  await host.start();

  const readiness = new Readiness(async () => {
    await store.ping();
    await runner.probe();
  }, clock);
  const gateway = createGateway(settings, { base, queue: backend, results: backend, versions });
  const deploy = deployOptions(store, clock, {
    moduleBytes: settings.MODULE_LIMIT_BYTES,
    memoryBytes: settings.MEMORY_LIMIT_BYTES,
  });
  const edge = await createEdgeServer({
    ...base,
    gateway,
    readiness,
    inputBytesMax: settings.INPUT_LIMIT_BYTES,
    timeoutMaxMs: settings.CALL_TIMEOUT_MAX,
  });
  const upload = await createUploadServer({ ...base, readiness, deploy });
  if (settings.DEMO_FUNCTIONS === 'on') await deployDemoFunctions(deploy);
  await listenOnBoth(settings, edge, upload);
  return {
    stop: async (impatient) => {
      readiness.drain();
      gateway.drain();
      impatient.addEventListener('abort', () => {
        gateway.hurry();
      });
      const closed = Promise.all([edge.close(), upload.close()]);
      // What was accepted is run first: this queue is gone with the process.
      await backend.idle(impatient);
      await host.stop(impatient);
      await closed;
      const { queued: lost } = await backend.counts();
      if (lost > 0) logger.error({ lost }, 'calls were still queued and are lost');
      await backend.close();
    },
  };
}

async function listenOnBoth(
  settings: StandaloneSettings,
  edge: FastifyInstance,
  upload: FastifyInstance,
): Promise<void> {
  const { BIND_ADDRESS: host, EDGE_PORT, UPLOAD_PORT, DEMO_FUNCTIONS } = settings;
  await listen(upload, { role: 'upload', host, port: UPLOAD_PORT });
  const url = await listen(edge, { role: 'edge', host, port: EDGE_PORT });
  if (DEMO_FUNCTIONS === 'on') process.stdout.write(`\ncurl -X POST ${url}/f/demo/echo/ -d "hello world"\n`);
}
