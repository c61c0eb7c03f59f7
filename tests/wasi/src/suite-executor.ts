import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { Executor } from '@faasm/executor';
import { NO_SETTINGS } from '@faasm/functions';
import { DEFAULT_ARGUMENT_BOUNDS } from '@faasm/host-interface';
import { functionRef, type CallResult } from '@faasm/protocol';
import { EMPTY_BYTES, sortableId, systemClock } from '@faasm/stdx';
import type { SuiteTest } from './suite.ts';

const TIMEOUT_MS = 30_000;

/** Calls of each test: the first in a Faaslet that was restored, the second in one that was reset. */
const CALLS = 2;

/** How one test ended. */
export interface SuiteResult {
  readonly test: SuiteTest;
  /** Undefined when it passed. */
  readonly failure: string | undefined;
}

/** Runs tests as the functions of a worker are run: prepared, on a thread of an executor, their Faaslets used again. */
export async function runSuite(tests: readonly SuiteTest[]): Promise<SuiteResult[]> {
  const executor = executorOf(tests);
  try {
    const results: SuiteResult[] = [];
    for (const [i, test] of tests.entries()) {
      let failure: string | undefined;
      for (let call = 0; call < CALLS; call++) failure ??= failureOf(test, await run(executor, i));
      results.push({ test, failure });
    }
    return results;
  } finally {
    await executor.close();
  }
}

/** An executor whose functions are the tests, each named by its place. */
function executorOf(tests: readonly SuiteTest[]): Executor {
  const testOf = (name: string): SuiteTest => {
    const test = tests[Number(name.slice(1))];
    if (test === undefined) throw new RangeError(`The suite has no test ${name}`);
    return test;
  };
  return new Executor({
    store: {
      read: async (_ref, digest) => await Promise.resolve(testOf(digest).wasm),
      readObject: async () => await Promise.resolve(undefined),
      readFiles: async (_ref, digest) => await Promise.resolve(shared(testOf(digest).files?.bundle)),
    },
    versions: {
      resolve: async ({ name }) => {
        const { args, environment, files } = testOf(name);
        const settings = { ...NO_SETTINGS, environment, arguments: args };
        const parts = files === undefined ? {} : { parts: { module: name, files: files.facts } };
        return await Promise.resolve({ digest: name, settings, ...parts });
      },
    },
    // The suite says all that its tests find in their environment.
    launchOf: ({ environment, arguments: args }) => ({
      args: ['test.wasm', ...args],
      environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    }),
    threadMain: new URL('./executor-thread.ts', import.meta.url),
    mapper: new LinuxMemoryMapper(),
    clock: systemClock,
    host: 'wasi-testsuite',
    snapshots: undefined,
    isTrusted: () => false,
    weightOf: () => 1,
    captureStdout: true,
    threads: 1,
    callsPerThread: 1,
    checkInterval: 1_024,
    tierUpMs: 0,
    sliceMs: 4,
    argumentBounds: DEFAULT_ARGUMENT_BOUNDS,
    limits: { memoryBytes: 64 * 1024 * 1024, outputBytes: 65_536, logBytes: 65_536 },
    guestStackKib: 512,
    windowBytes: 0,
    cachedModuleBytesMax: 64 * 1024 * 1024,
    keptFilesBytesMax: 64 * 1024 * 1024,
    faasletsMax: tests.length,
    regionsMax: 100,
    functionFaasletsMax: 1,
    faasletIdleMs: TIMEOUT_MS,
  });
}

async function run(executor: Executor, place: number): Promise<CallResult> {
  const acceptedAt = systemClock.now();
  const call = {
    id: sortableId(systemClock),
    kind: 'sync',
    input: EMPTY_BYTES,
    function: functionRef('suite', `t${place}`),
    acceptedAt,
    deadlineAt: acceptedAt + TIMEOUT_MS,
  } as const;
  return await executor.run(call, new AbortController().signal);
}

/** Why a test failed; undefined when it did not. */
function failureOf(test: SuiteTest, { outcome, stdout, stderr }: CallResult): string | undefined {
  if (outcome.type === 'error') return `${outcome.message} ${lastLine(stderr)}`;
  const exitCode = outcome.type === 'exit' ? outcome.exitCode : 0;
  if (exitCode !== test.exitCode) return `exit code ${exitCode}, not ${test.exitCode} ${lastLine(stderr)}`;
  const written = Buffer.from(stdout).toString();
  if (test.stdout === undefined || written === test.stdout) return undefined;
  return `standard output ${JSON.stringify(written)}, not ${JSON.stringify(test.stdout)}`;
}

function lastLine(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString().trim().split('\n').at(-1) ?? '';
}

function shared(bytes: Uint8Array | undefined): Uint8Array<SharedArrayBuffer> | undefined {
  if (bytes === undefined) return undefined;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  copy.set(bytes);
  return copy;
}
