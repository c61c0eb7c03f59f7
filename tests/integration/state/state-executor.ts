import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { MemoryGlobalTier } from '@faasm/adapter-memory';
import { Executor } from '@faasm/executor';
import { NO_SETTINGS } from '@faasm/functions';
import { DEFAULT_ARGUMENT_BOUNDS } from '@faasm/host-interface';
import { functionRef, type Call, type CallResult } from '@faasm/protocol';
import { openStateHost, type GlobalTier, type StateHost, type StateHostOptions } from '@faasm/state';
import { EMPTY_BYTES, sortableId, systemClock, utf8 } from '@faasm/stdx';

const MIB = 1024 * 1024;

/** A host with state, whose functions are modules by name. */
export interface StateExecutor {
  readonly executor: Executor;
  readonly host: StateHost;
  readonly global: GlobalTier;
  /** Who calls, when a test does not say; `demo` when undefined. */
  readonly user?: string;
  /** How long calls may last, when a test does not say. */
  readonly timeoutMs?: number;
}

/** What a test chooses. */
export interface StateExecutorOptions extends Partial<Omit<StateHostOptions, 'regions'>> {
  readonly modules: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
  readonly threads?: number;
  /** Of guests; `executor-thread.ts` when undefined. */
  readonly threadMain?: URL;
  readonly windowBytes?: number;
}

/** Starts a host; it is closed after the test. */
export function stateExecutor(
  t: { after(close: () => Promise<void>): void },
  { modules, threads = 1, windowBytes = 64 * MIB, ...given }: StateExecutorOptions,
): StateExecutor {
  const mapper = new LinuxMemoryMapper();
  const global = given.global ?? new MemoryGlobalTier();
  const host = openStateHost({
    regions: mapper,
    clock: systemClock,
    valueBytesMax: 64 * MIB,
    localBytesMax: 256 * MIB,
    leaseMs: 10_000,
    ...given,
    global,
  });
  const executor = new Executor({
    state: host,
    store: {
      read: async (_ref, digest) => await Promise.resolve(modules[digest] ?? new Uint8Array(0)),
      readObject: async () => await Promise.resolve(undefined),
      readFiles: async () => await Promise.resolve(undefined),
    },
    versions: {
      resolve: async ({ name }) => await Promise.resolve({ digest: name, settings: NO_SETTINGS }),
    },
    threadMain: given.threadMain ?? new URL('./executor-thread.ts', import.meta.url),
    mapper,
    clock: systemClock,
    host: 'host-a',
    snapshots: undefined,
    isTrusted: () => false,
    weightOf: () => 1,
    captureStdout: true,
    threads,
    callsPerThread: 16,
    checkInterval: 1_024,
    tierUpMs: 0,
    sliceMs: 4,
    argumentBounds: DEFAULT_ARGUMENT_BOUNDS,
    limits: { memoryBytes: 16 * MIB, outputBytes: 65_536, logBytes: 65_536 },
    guestStackKib: 512,
    windowBytes,
    cachedModuleBytesMax: 64 * MIB,
    keptFilesBytesMax: MIB,
    faasletsMax: 100,
    regionsMax: 1_000,
    functionFaasletsMax: 100,
    faasletIdleMs: 60_000,
  });
  t.after(async () => {
    await executor.close();
    host.local.close();
  });
  return { executor, host, global };
}

/** What a test says of a call. */
export interface ChosenCall {
  readonly user?: string;
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Cancels it. */
  readonly signal?: AbortSignal;
}

/** A call of a function by somebody who waits for it. */
function stateCall(name: string, { user = 'demo', input, timeoutMs = 30_000 }: ChosenCall = {}): Call {
  const acceptedAt = systemClock.now();
  return {
    id: sortableId(systemClock),
    kind: 'sync',
    input: input === undefined ? EMPTY_BYTES : utf8(input),
    function: functionRef(user, name),
    acceptedAt,
    deadlineAt: acceptedAt + timeoutMs,
  };
}

/** Calls a function. */
export async function runState(
  { executor, user, timeoutMs }: StateExecutor,
  name: string,
  chosen?: ChosenCall,
): Promise<CallResult> {
  return await executor.run(
    stateCall(name, {
      ...(user === undefined ? {} : { user }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...chosen,
    }),
    chosen?.signal ?? new AbortController().signal,
  );
}
