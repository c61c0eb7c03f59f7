import { compileFaasletModule, type FaasletModule, type GuestLimits } from '@faasm/faaslet';
import type { CurrentVersions, FunctionStore } from '@faasm/functions';
import {
  FaasmError,
  formatFunctionRef,
  isFaasmError,
  type Call,
  type CallResult,
  type ErrorCode,
} from '@faasm/protocol';
import { endedResult, type CallRunner } from '@faasm/scheduler';
import { EMPTY_BYTES, type Clock } from '@faasm/stdx';
import { ModuleCache } from './module-cache.ts';
import { ThreadPool } from './thread-pool.ts';
import type { DoneMessage } from './thread/messages.ts';

/** What an executor works with. */
export interface ExecutorOptions {
  readonly store: Pick<FunctionStore, 'read'>;
  readonly versions: Pick<CurrentVersions, 'resolve'>;
  readonly clock: Clock;
  /** Name of this host in results. */
  readonly host: string;
  /** How many calls run at once, each on a thread of its own. */
  readonly threads: number;
  readonly limits: GuestLimits;
  /** Whether standard output is the output of a call that wrote none. */
  readonly captureStdout: boolean;
  /** Bytes of Wasm whose compiled form is kept. */
  readonly cachedModuleBytesMax: number;
}

/** A module that was fetched for a call. */
interface Fetched {
  readonly digest: string;
  readonly source: FaasletModule;
}

/** `(module (func (export "_start")))`: the least that a Faaslet can do. */
// prettier-ignore
const PROBE_MODULE = Uint8Array.of(
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00,
  0x07, 0x0a, 0x01, 0x06, 0x5f, 0x73, 0x74, 0x61, 0x72, 0x74, 0x00, 0x00, 0x0a, 0x04, 0x01, 0x02, 0x00, 0x0b,
);

const PROBE_KEY = 'probe';

/** Runs calls in Faaslets on threads that do nothing else, and ends those that are over their deadline. */
export class Executor implements CallRunner {
  readonly slots: number;
  readonly #options: ExecutorOptions;
  readonly #modules: ModuleCache;
  readonly #pool: ThreadPool;
  #probe: Promise<FaasletModule> | undefined;

  constructor(options: ExecutorOptions) {
    const { limits, captureStdout, threads, cachedModuleBytesMax } = options;
    this.#options = options;
    this.slots = threads;
    this.#modules = new ModuleCache({
      ...options,
      memoryBytes: limits.memoryBytes,
      cachedBytesMax: cachedModuleBytesMax,
    });
    this.#pool = new ThreadPool(threads, { limits, captureStdout });
  }

  async run(call: Call, signal: AbortSignal): Promise<CallResult> {
    const { clock } = this.#options;
    const startedAt = clock.now();
    const fetchFrom = clock.monotonic();
    try {
      const fetched = await this.#fetch(call);
      const fetchMs = clock.monotonic() - fetchFrom;
      return await this.#runOnThread(call, { fetched, fetchMs, startedAt, signal });
    } catch (error) {
      const code: ErrorCode = isFaasmError(error) ? error.code : 'server.internal';
      if (code === 'server.internal') throw error;
      return this.#ended(call, code, error instanceof Error ? error.message : code);
    }
  }

  /** Runs an empty function, to see that this host can; at once when every thread is busy and so has shown it. */
  async probe(): Promise<void> {
    if (this.#pool.busy >= this.slots) return;
    this.#probe ??= compileFaasletModule(PROBE_MODULE, this.#options.limits.memoryBytes);
    const source = await this.#probe;
    const thread = await this.#pool.borrow();
    try {
      const { left } = await thread.run({ moduleKey: PROBE_KEY, source, input: EMPTY_BYTES });
      if (left.outcome.type !== 'success')
        throw new Error(`Probe ended with ${JSON.stringify(left.outcome)}`);
    } finally {
      this.#pool.giveBack(thread);
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #fetch(call: Call): Promise<Fetched> {
    const digest = await this.#options.versions.resolve(call.function);
    if (digest === undefined) {
      throw new FaasmError('function.unknown', `Function ${formatFunctionRef(call.function)} does not exist`);
    }
    return { digest, source: await this.#modules.get(call.function, digest) };
  }

  async #runOnThread(call: Call, run: RunOnThread): Promise<CallResult> {
    const { clock } = this.#options;
    const thread = await this.#pool.borrow();
    let stopped: FaasmError | undefined;
    const stop = (why: FaasmError): void => {
      stopped ??= why;
      void thread.terminate();
    };
    const timeUp = clock.after(call.deadlineAt - clock.now(), () => {
      const allowedMs = call.deadlineAt - call.acceptedAt;
      stop(new FaasmError('call.deadline', `Call ${call.id} did not end within ${allowedMs} ms`));
    });
    const aborted = (): void => {
      stop(stopReason(run.signal, call));
    };
    run.signal.addEventListener('abort', aborted, { once: true });
    if (run.signal.aborted) aborted();
    try {
      const { digest: moduleKey, source } = run.fetched;
      const done = await thread.run({ moduleKey, source, input: call.input });
      return this.#result(call, run, done);
    } catch (error) {
      throw stopped ?? error;
    } finally {
      timeUp();
      run.signal.removeEventListener('abort', aborted);
      this.#pool.giveBack(thread);
    }
  }

  #result(call: Call, run: RunOnThread, { left, coldMs, runMs }: DoneMessage): CallResult {
    return {
      id: call.id,
      ...left,
      timings: { queueMs: Math.max(0, run.startedAt - call.acceptedAt), coldMs: run.fetchMs + coldMs, runMs },
      host: this.#options.host,
      version: run.fetched.digest,
      finishedAt: this.#options.clock.now(),
    };
  }

  #ended(call: Call, code: ErrorCode, message: string): CallResult {
    const { clock, host } = this.#options;
    return endedResult(call, { code, message, finishedAt: clock.now(), host });
  }
}

interface RunOnThread {
  readonly fetched: Fetched;
  /** Resolving, reading and compiling, in milliseconds. */
  readonly fetchMs: number;
  /** When the call reached this host, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly signal: AbortSignal;
}

function stopReason(signal: AbortSignal, call: Call): FaasmError {
  const reason: unknown = signal.reason;
  return isFaasmError(reason) ? reason : new FaasmError('call.cancelled', `Call ${call.id} was cancelled`);
}
