import { LinuxMemoryMapper, faasletsThatFit } from '@faasm/adapter-linux';
import { userWeights, type ServiceBase, type Settings } from '@faasm/chassis';
import { Executor, type SnapshotKeeping } from '@faasm/executor';
import type { CurrentVersions, FunctionStore } from '@faasm/functions';
import type { StateHost } from '@faasm/state';
import { availableParallelism } from 'node:os';
import type { CALL_HOST_SETTINGS } from './config.ts';
import { trustedFunctions } from './trusted-functions.ts';

/** Compiled modules that a process keeps, in bytes of Wasm; code is about five times that. */
const CACHED_MODULE_BYTES_MAX = 256 * 1024 * 1024;

/** Files of functions that a process keeps in memory, in bytes; those of the function that was called last stay. */
const KEPT_FILES_BYTES_MAX = 256 * 1024 * 1024;

const THREAD_MAIN = new URL('./executor-thread.ts', import.meta.url);

/** What an executor needs besides its settings. */
export interface ExecutorParts {
  readonly base: ServiceBase;
  readonly store: Pick<FunctionStore, 'read' | 'readObject' | 'readFiles'>;
  readonly versions: Pick<CurrentVersions, 'resolve'>;
  readonly snapshots: SnapshotKeeping | undefined;
  /** The state of this host; undefined where there is none. */
  readonly state: StateHost | undefined;
}

/** The executor that the settings describe. */
export function createExecutor(
  settings: Settings<(typeof CALL_HOST_SETTINGS)[number]>,
  parts: ExecutorParts,
): Executor {
  const { base, store, versions, snapshots, state } = parts;
  return new Executor({
    store,
    versions,
    clock: base.clock,
    host: base.incarnation,
    threads: settings.THREADS_PER_WORKER === 0 ? availableParallelism() : settings.THREADS_PER_WORKER,
    callsPerThread: settings.CALLS_PER_THREAD,
    sliceMs: settings.TIME_SLICE,
    checkInterval: settings.CHECK_INTERVAL,
    isTrusted: trustedFunctions(settings.TRUSTED_FUNCTIONS),
    tierUpMs: settings.TIER_UP_TIME,
    weightOf: userWeights(settings.USER_WEIGHTS),
    limits: {
      memoryBytes: settings.MEMORY_LIMIT_BYTES,
      outputBytes: settings.OUTPUT_LIMIT_BYTES,
      logBytes: settings.LOG_LIMIT_BYTES,
      files: {
        writtenBytes: settings.WRITES_LIMIT_BYTES,
        writtenEntries: settings.WRITES_LIMIT_ENTRIES,
        descriptors: settings.DESCRIPTORS_MAX,
      },
    },
    argumentBounds: {
      buffers: settings.IOVEC_LIMIT_BUFFERS,
      randomBytes: settings.RANDOM_LIMIT_BYTES,
      subscriptions: settings.POLL_LIMIT_SUBSCRIPTIONS,
    },
    guestStackKib: settings.GUEST_STACK_SIZE,
    threadMain: THREAD_MAIN,
    mapper: new LinuxMemoryMapper(),
    snapshots,
    state,
    windowBytes: settings.STATE_MAPPED_BYTES,
    faasletsMax: faasletsMax(settings.FAASLETS_MAX, base),
    functionFaasletsMax: settings.FUNCTION_FAASLETS_MAX,
    faasletIdleMs: settings.FAASLET_IDLE_TIME,
    captureStdout: settings.CAPTURE_STDOUT === 'on',
    cachedModuleBytesMax: CACHED_MODULE_BYTES_MAX,
    keptFilesBytesMax: KEPT_FILES_BYTES_MAX,
  });
}

/** As many as were asked for, or as the operating system has room for. */
function faasletsMax(wanted: number, { logger }: ServiceBase): number {
  const fitting = faasletsThatFit();
  if (wanted <= fitting) return wanted;
  logger.warn({ FAASLETS_MAX: wanted, fitting }, 'vm.max_map_count has room for fewer Faaslets');
  return fitting;
}
