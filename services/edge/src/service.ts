import { DirectoryFunctionStore, readDataDirectory } from '@faasm/adapter-fs';
import { RedisBackend, RedisGlobalTier, RedisLogFeed } from '@faasm/adapter-redis';
import { measureQueue } from '@faasm/adapter-telemetry';
import {
  closeServer,
  listen,
  Readiness,
  readSettings,
  runUntilSignal,
  serviceBase,
  type SettingInputs,
} from '@faasm/chassis';
import { CurrentVersions } from '@faasm/functions';
import { EDGE_SETTINGS } from './config.ts';
import { createGateway } from './create-gateway.ts';
import { createEdgeServer } from './edge-server.ts';
import { queueBounds } from './queue-bounds.ts';

/** An edge of a cluster: accepts calls for the queue in Redis. Resolves when it has stopped. Throws `ConfigError`. */
export async function runService(inputs: SettingInputs): Promise<void> {
  const settings = readSettings(EDGE_SETTINGS, inputs);
  const base = serviceBase('edge', settings.LOG_LEVEL);
  const { clock, logger, metrics } = base;
  const bounds = queueBounds(settings);
  const backend = RedisBackend.connect({
    host: settings.REDIS_QUEUE_HOST,
    port: settings.REDIS_PORT,
    incarnation: base.incarnation,
    ...bounds,
    resultTtlMs: settings.RESULT_TTL,
    leaseMs: settings.LEASE_TIME,
    deliveriesMax: settings.DELIVERY_LIMIT,
    onError: (error) => {
      logger.warn({ err: error }, 'redis-queue');
    },
  });
  const feed = RedisLogFeed.connect({
    host: settings.REDIS_QUEUE_HOST,
    port: settings.REDIS_PORT,
    name: `${base.incarnation}:logs`,
    clock,
    onError: (error) => {
      logger.warn({ err: error }, 'redis-queue');
    },
  });
  const globalTier = RedisGlobalTier.connect({
    host: settings.REDIS_STATE_HOST,
    port: settings.REDIS_PORT,
    name: `${base.incarnation}:state`,
    onError: (error) => {
      logger.warn({ err: error }, 'redis-state');
    },
  });
  measureQueue(metrics, async () => await backend.counts());
  const store = new DirectoryFunctionStore(readDataDirectory(settings.FUNC_ROOT));
  const versions = new CurrentVersions({ store, clock, refreshMs: settings.FUNCTION_REFRESH });
  const gateway = createGateway(settings, { base, queue: backend, results: backend, feed, versions });
  const readiness = new Readiness(async () => {
    await Promise.all([backend.ping(), store.ping()]);
  }, clock);
  const server = await createEdgeServer({
    ...base,
    gateway,
    bounds,
    readiness,
    inputBytesMax: settings.INPUT_LIMIT_BYTES,
    timeoutMaxMs: settings.CALL_TIMEOUT_MAX,
    state: { tier: globalTier, valueBytesMax: settings.STATE_LIMIT_BYTES },
  });
  await listen(server, { role: 'edge', host: settings.BIND_ADDRESS, port: settings.EDGE_PORT });
  const stop = async (impatient: AbortSignal): Promise<void> => {
    readiness.drain();
    gateway.drain();
    impatient.addEventListener('abort', () => {
      gateway.hurry();
    });
    await closeServer(server, impatient);
    await Promise.all([backend.close(), feed.close(), globalTier.close()]);
  };
  await runUntilSignal({ stop }, { logger, drainTimeoutMs: settings.DRAIN_TIMEOUT });
}
