import { DirectoryFunctionStore, readDataDirectory } from '@faasm/adapter-fs';
import { RedisBackend, RedisHostRegistry, RedisLogFeed } from '@faasm/adapter-redis';
import {
  logCalls,
  logExecutor,
  measureCalls,
  measureExecutor,
  measureFaaslets,
  measureReading,
} from '@faasm/adapter-telemetry';
import {
  closeServer,
  createHttpServer,
  listen,
  Readiness,
  readSettings,
  runUntilSignal,
  serviceBase,
  userWeights,
  type ServiceBase,
  type SettingInputs,
  type Settings,
} from '@faasm/chassis';
import { CurrentVersions } from '@faasm/functions';
import { LIMITS } from '@faasm/protocol';
import { publishLogs } from '@faasm/scheduler';
import { CallHost } from './call-host.ts';
import { WORKER_SETTINGS } from './config.ts';
import { createExecutor } from './create-executor.ts';
import { faasletRoutes } from './faaslet-routes.ts';
import { prepareNewVersions } from './new-versions.ts';
import { openSnapshots } from './snapshot-keeping.ts';

type WorkerSettings = Settings<(typeof WORKER_SETTINGS)[number]>;

/** How often a worker announces itself, in milliseconds; it is forgotten after three silences. */
const HEARTBEAT_MS = 2_000;
const HOST_TTL_MS = 3 * HEARTBEAT_MS;

/** A worker's server takes no bodies. */
const BODY_BYTES_MAX = 1_024;

/** A worker of a cluster: runs calls from the queue in Redis. Resolves when it has stopped. Throws `ConfigError`. */
export async function runService(inputs: SettingInputs): Promise<void> {
  const settings = readSettings(WORKER_SETTINGS, inputs);
  const base = serviceBase('worker', settings.LOG_LEVEL);
  const { clock, logger, metrics } = base;
  const { queue, registry, feed } = connect(settings, base);
  const store = new DirectoryFunctionStore(readDataDirectory(settings.FUNC_ROOT));
  const versions = new CurrentVersions({ store, clock, refreshMs: settings.FUNCTION_REFRESH });
  const snapshots = await openSnapshots(settings, base);
  const runner = createExecutor(settings, { base, store, versions, snapshots, state: undefined });
  const host = new CallHost({
    host: base.incarnation,
    queue,
    registry,
    runner,
    clock,
    leaseMs: settings.LEASE_TIME,
    heartbeatMs: HEARTBEAT_MS,
    weightOf: userWeights(settings.USER_WEIGHTS),
  });
  publishLogs(feed);
  logCalls(logger);
  logExecutor(logger);
  measureCalls(metrics);
  measureExecutor(metrics);
  measureFaaslets(metrics, () => runner.faasletCounts());
  measureReading(metrics, {
    name: 'faasm_calls_running',
    help: 'Calls that run now',
    value: () => host.busy,
  });
  const readiness = new Readiness(async () => {
    await Promise.all([queue.ping(), registry.ping(), store.ping(), runner.probe()]);
  }, clock);
  const server = await createHttpServer({
    ...base,
    title: 'Faasm worker',
    bodyBytesMax: BODY_BYTES_MAX,
    readiness,
  });
  await server.register(faasletRoutes(runner));
  await host.start();
  const stopPreparing = prepareNewVersions(runner, base);
  await listen(server, { role: 'worker', host: settings.BIND_ADDRESS, port: settings.WORKER_PORT });
  const stop = async (impatient: AbortSignal): Promise<void> => {
    readiness.drain();
    stopPreparing();
    await host.stop(impatient);
    await Promise.all([closeServer(server, impatient), queue.close(), registry.close(), feed.close()]);
  };
  await runUntilSignal({ stop }, { logger, drainTimeoutMs: settings.DRAIN_TIMEOUT });
}

function connect(
  settings: WorkerSettings,
  { incarnation, logger, clock }: ServiceBase,
): { queue: RedisBackend; registry: RedisHostRegistry; feed: RedisLogFeed } {
  const warn = (server: string) => (error: unknown) => {
    logger.warn({ err: error }, server);
  };
  const queue = RedisBackend.connect({
    host: settings.REDIS_QUEUE_HOST,
    port: settings.REDIS_PORT,
    incarnation,
    // A worker accepts no calls, so these bounds are the edges'.
    queuedCallsMax: LIMITS.queuedCalls.max,
    queuedBytesMax: LIMITS.queuedBytes.max,
    outstandingCallsPerUserMax: LIMITS.outstandingCallsPerUser.max,
    weightOf: () => 1,
    resultTtlMs: settings.RESULT_TTL,
    leaseMs: settings.LEASE_TIME,
    deliveriesMax: settings.DELIVERY_LIMIT,
    onError: warn('redis-queue'),
  });
  const registry = RedisHostRegistry.connect({
    host: settings.REDIS_STATE_HOST,
    port: settings.REDIS_PORT,
    name: `${incarnation}:hosts`,
    ttlMs: HOST_TTL_MS,
    onError: warn('redis-state'),
  });
  const feed = RedisLogFeed.connect({
    host: settings.REDIS_QUEUE_HOST,
    port: settings.REDIS_PORT,
    name: `${incarnation}:logs`,
    clock,
    onError: warn('redis-queue'),
  });
  return { queue, registry, feed };
}
