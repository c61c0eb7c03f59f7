import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { assemble, type TestModule } from '@faasm/faaslet/testing';
import { NO_SETTINGS } from '@faasm/functions';
import { DEFAULT_ARGUMENT_BOUNDS } from '@faasm/host-interface';
import { FaasmError, functionRef, type Call, type CallResult } from '@faasm/protocol';
import { EMPTY_BYTES, sortableId, systemClock } from '@faasm/stdx';
import type { ExecutorOptions } from './executor-options.ts';
import { Executor } from './executor.ts';

const PAGE_BYTES = 65_536;

/** Of a call that nobody cancels. */
export const never: AbortSignal = new AbortController().signal;

/** Where the modules are whose digest is their name. */
export function storeOf(modules: Readonly<Record<string, TestModule>>): ExecutorOptions['store'] {
  return {
    read: async (_ref, digest) => {
      const module = modules[digest];
      if (module === undefined) throw new FaasmError('version.unknown', `There is no ${digest}`);
      return await Promise.resolve(assemble(module));
    },
    readObject: async () => await Promise.resolve(undefined),
    readFiles: async () => await Promise.resolve(undefined),
  };
}

/** An executor of functions whose digest is their name, none of which is called `nobody`; it is closed after the test. */
export function executorOf(
  t: { after(close: () => Promise<void>): void },
  modules: Readonly<Record<string, TestModule>>,
  given: Partial<ExecutorOptions> = {},
): Executor {
  const executor = new Executor({
    store: storeOf(modules),
    versions: {
      resolve: async ({ name }) =>
        await Promise.resolve(name === 'nobody' ? undefined : { digest: name, settings: NO_SETTINGS }),
    },
    clock: systemClock,
    host: 'host-a',
    callsPerThread: 8,
    checkInterval: 1_024,
    isTrusted: ({ name }) => name === 'trusted',
    tierUpMs: 1_000,
    sliceMs: 4,
    weightOf: () => 1,
    threads: 1,
    threadMain: new URL('./executor-thread-under-test.ts', import.meta.url),
    mapper: new LinuxMemoryMapper(),
    snapshots: undefined,
    limits: { memoryBytes: 16 * PAGE_BYTES, outputBytes: 1_024, logBytes: 64 },
    argumentBounds: DEFAULT_ARGUMENT_BOUNDS,
    guestStackKib: 512,
    windowBytes: 0,
    captureStdout: true,
    cachedModuleBytesMax: 1024 * 1024,
    keptFilesBytesMax: 1024 * 1024,
    faasletsMax: 100,
    regionsMax: 100,
    functionFaasletsMax: 100,
    faasletIdleMs: 60_000,
    ...given,
  });
  t.after(async () => {
    await executor.close();
  });
  return executor;
}

/** What a test chooses of a call. */
interface ChosenCall extends Partial<Call> {
  readonly user?: string;
  readonly timeoutMs?: number;
}

/** A call by somebody who waits for it, unless it is told otherwise. */
export function call(name: string, { user = 'test', timeoutMs = 30_000, ...given }: ChosenCall = {}): Call {
  const acceptedAt = systemClock.now();
  return {
    id: sortableId(systemClock),
    kind: 'sync',
    input: EMPTY_BYTES,
    function: functionRef(user, name),
    acceptedAt,
    deadlineAt: acceptedAt + timeoutMs,
    ...given,
  };
}

/** Calls a function without input. */
export async function run(executor: Executor, name: string, user = 'test'): Promise<CallResult> {
  return await executor.run(call(name, { user }), never);
}

/** How a call ended, in a word. */
export function codeOf({ outcome }: CallResult): string {
  return outcome.type === 'error' ? outcome.code : outcome.type;
}
