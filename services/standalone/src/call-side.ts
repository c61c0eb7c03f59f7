import { MemoryBackend, MemoryHostRegistry, MemoryLogFeed } from '@faasm/adapter-memory';
import {
  logCalls,
  logExecutor,
  measureCalls,
  measureExecutor,
  measureFaaslets,
  measureQueue,
  measureReading,
} from '@faasm/adapter-telemetry';
import { queueBounds } from '@faasm/edge';
import type { Executor } from '@faasm/executor';
import { publishLogs, type QueueBounds } from '@faasm/scheduler';
import { CallHost, createExecutor, openState } from '@faasm/worker';
import type { StandaloneParts, StandaloneSettings } from './parts.ts';

/** How often the one host announces itself to this process's own registry, in milliseconds. */
const HEARTBEAT_MS = 2_000;

/** The side of the standalone server that runs calls. */
export interface CallSide {
  readonly bounds: QueueBounds;
  readonly backend: MemoryBackend;
  readonly feed: MemoryLogFeed;
  readonly runner: Executor;
  readonly host: CallHost;
}

/** Makes the queue in memory and what takes calls from it, with their logs and metrics. Takes none yet. */
export function createCallSide(settings: StandaloneSettings, parts: StandaloneParts): CallSide {
  const { base } = parts;
  const { clock } = base;
  const bounds = queueBounds(settings);
  const backend = new MemoryBackend({
    clock,
    ...bounds,
    resultTtlMs: settings.RESULT_TTL,
    resultBytesMax: settings.RESULT_LIMIT_BYTES,
  });
  const state = openState(settings, { base, global: parts.globalTier });
  const runner = createExecutor(settings, { ...parts, state });
  const host = new CallHost({
    host: base.incarnation,
    queue: backend,
    registry: new MemoryHostRegistry(clock, 3 * HEARTBEAT_MS),
    runner,
    clock,
    leaseMs: settings.LEASE_TIME,
    heartbeatMs: HEARTBEAT_MS,
    weightOf: bounds.weightOf,
  });
  const side = { bounds, backend, feed: new MemoryLogFeed(), runner, host };
  observe(side, parts);
  return side;
}

function observe(
  { backend, feed, host, runner }: CallSide,
  { base: { logger, metrics } }: StandaloneParts,
): void {
  publishLogs(feed);
  logCalls(logger);
  logExecutor(logger);
  measureCalls(metrics);
  measureExecutor(metrics);
  measureFaaslets(metrics, () => runner.faasletCounts());
  measureQueue(metrics, async () => await backend.counts());
  measureReading(metrics, {
    name: 'faasm_calls_running',
    help: 'Calls that run now',
    value: () => host.busy,
  });
}
