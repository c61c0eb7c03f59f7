import type { GuestLimits, GuestOutcome, MemoryMapper } from '@faasm/faaslet';
import { NO_LAUNCH_SETTINGS, type CurrentVersions, type FunctionStore } from '@faasm/functions';
import {
  FaasmError,
  formatFunctionRef,
  isFaasmError,
  type Call,
  type CallResult,
  type ErrorCode,
  type FunctionRef,
} from '@faasm/protocol';
import { Alarms, endedResult, type CallRunner } from '@faasm/scheduler';
import { EMPTY_BYTES, sortableId, type Clock, type StopSignal } from '@faasm/stdx';
import { CallLimit, pastDeadline } from './call-limit.ts';
import { FaasletLedger, type FaasletReading } from './faaslet-ledger.ts';
import { FailedInitialization } from './failed-initialization.ts';
import { sameFaaslets, versionInForce, type FunctionVersionRef } from './function-version.ts';
import { GuestRunner } from './guest-runner.ts';
import { setGuestStackSize } from './guest-stack.ts';
import { ModuleCache } from './module-cache.ts';
import { PROBE, PROBE_TIMEOUT_MS, withProbe } from './probe.ts';
import { ProtoCache, type ProtoCacheOptions } from './proto-cache.ts';
import { RecentFunctions } from './recent-functions.ts';
import type { SharedProto } from './shared-proto.ts';
import { SnapshotArchive, type SnapshotKeeping } from './snapshot-archive.ts';
import { ThreadPool } from './thread-pool.ts';
import { TierUp } from './tier-up.ts';
import type { DoneMessage } from './thread/messages.ts';

/** What an executor works with. */
export interface ExecutorOptions {
  readonly store: Pick<FunctionStore, 'read' | 'readObject' | 'readFiles'>;
  readonly versions: Pick<CurrentVersions, 'resolve'>;
  readonly clock: Clock;
  /** Name of this host in results. */
  readonly host: string;
  /** How many threads run guests. */
  readonly threads: number;
  /** How many calls a thread has at once, in turns or waiting. */
  readonly callsPerThread: number;
  /** Iterations of a loop between two checks, at most. */
  readonly checkInterval: number;
  /** Functions that run without checks: what they do not give back by themselves costs the thread. */
  readonly isTrusted: (ref: FunctionRef) => boolean;
  /** How long a module's functions may be optimised before they are called, in milliseconds; 0 for not at all. */
  readonly tierUpMs: number;
  /** How long a guest runs while others wait, in milliseconds. */
  readonly sliceMs: number;
  /** A user's share of a thread, beside those of others. */
  readonly weightOf: (user: string) => number;
  /** Module that calls `serveExecutorThread`. */
  readonly threadMain: URL;
  readonly mapper: MemoryMapper;
  /** Where snapshots outlive the process; undefined when nowhere. */
  readonly snapshots: SnapshotKeeping | undefined;
  /** What every guest is held to, unless its function is to less. */
  readonly limits: GuestLimits;
  /** What guests are started with, of what was chosen for their function; as functions are when undefined. */
  readonly launchOf?: ProtoCacheOptions['launchOf'];
  /** Stack of a guest, in KiB; of all executors of a process, the one made last decides. */
  readonly guestStackKib: number;
  /** Address space above a linear memory for mapped state, in bytes. */
  readonly windowBytes: number;
  /** Whether standard output is the output of a call that wrote none. */
  readonly captureStdout: boolean;
  /** Bytes of Wasm whose compiled form is kept. */
  readonly cachedModuleBytesMax: number;
  /** Bytes of functions' files that are kept in memory; beyond it those used longest ago go. */
  readonly keptFilesBytesMax: number;
  /** Most Faaslets of the process. */
  readonly faasletsMax: number;
  /** Most Faaslets of one version of a function. */
  readonly functionFaasletsMax: number;
  /** After which an unused Faaslet is given up, in milliseconds. */
  readonly faasletIdleMs: number;
}

/** Functions that are kept ready, at most. */
const PROTOS_MAX = 1_000;

/** How long the initialisation of a function may take that no call waits for, in milliseconds. */
const PREPARE_TIMEOUT_MS = 30_000;

/** A call on its way through this host. */
interface Run {
  readonly call: Call;
  readonly limit: CallLimit;
  /** When it reached this host, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
}

/** Runs calls in Faaslets on threads that do nothing else, and ends those that are over their deadline. */
export class Executor implements CallRunner {
  readonly #options: ExecutorOptions;
  readonly #pool: ThreadPool;
  readonly #runner: GuestRunner;
  readonly #protos: ProtoCache;
  readonly #ledger: FaasletLedger;
  readonly #recent = new RecentFunctions();
  readonly #tierUp: TierUp | undefined;
  readonly #deadlines: Alarms<CallLimit>;

  constructor(options: ExecutorOptions) {
    const { limits, captureStdout, windowBytes, faasletIdleMs: idleMs, sliceMs, clock, weightOf } = options;
    this.#options = options;
    setGuestStackSize(options.guestStackKib);
    this.#deadlines = new Alarms(clock);
    this.#pool = new ThreadPool({
      size: options.threads,
      main: options.threadMain,
      settings: { memoryBytes: limits.memoryBytes, captureStdout, windowBytes, idleMs, sliceMs },
      faasletsMax: options.faasletsMax,
    });
    this.#tierUp = options.tierUpMs === 0 ? undefined : new TierUp(options.tierUpMs);
    this.#runner = new GuestRunner(this.#pool, clock);
    this.#ledger = new FaasletLedger(this.#pool, options.functionFaasletsMax);
    const store = withProbe(options.store);
    this.#protos = new ProtoCache({
      store,
      modules: new ModuleCache({
        store,
        checkIntervalOf: (ref) => (options.isTrusted(ref) ? 0 : options.checkInterval),
        compiled: (source, digest) => {
          this.#tierUp?.optimise(source, digest);
        },
        cachedBytesMax: options.cachedModuleBytesMax,
        cachedModulesMax: PROTOS_MAX,
      }),
      pool: this.#pool,
      runner: this.#runner,
      weightOf,
      clock,
      mapper: options.mapper,
      archive: options.snapshots === undefined ? undefined : new SnapshotArchive(options.snapshots),
      protosMax: PROTOS_MAX,
      filesBytesMax: options.keptFilesBytesMax,
      launchOf: options.launchOf,
    });
  }

  /** A guest that waits holds none (I12), up to as many as may be in one function's Faaslets. */
  get slots(): number {
    const { threads, callsPerThread, faasletsMax, functionFaasletsMax } = this.#options;
    const slots = threads * callsPerThread;
    const callsMax = Math.min(faasletsMax, functionFaasletsMax);
    return Math.max(slots, Math.min(slots + this.#pool.waitingGuests, callsMax));
  }

  /** The Faaslets of this process by function. */
  faaslets(): FaasletReading[] {
    return this.#ledger.readings();
  }

  /** Faaslets of this process by state; `spare` are memories that wait for one. */
  faasletCounts(): { running: number; idle: number; spare: number; limit: number } {
    const { used, limit } = this.#pool.budget;
    const { running, idle } = this.#ledger.totals();
    return { running, idle, spare: Math.max(0, used - running - idle), limit };
  }

  async run(call: Call, signal: StopSignal): Promise<CallResult> {
    const { clock, versions, limits } = this.#options;
    const limit = new CallLimit(call, { deadlines: this.#deadlines, signal });
    const run = { call, limit, startedAt: clock.now() };
    try {
      const current = await limit.race(versions.resolve(call.function));
      if (current === undefined) throw unknownFunction(call.function);
      const version = versionInForce(call.function, current, limits);
      this.#recent.note(version);
      return await this.#runVersion(run, version);
    } catch (error) {
      return this.#failed(call, error);
    } finally {
      limit.close();
    }
  }

  /**
   * Initialises a function before anybody calls it. Its guest's failure is the first caller's to see. Throws what the store
   * throws.
   */
  async prepare(ref: FunctionRef): Promise<void> {
    const { versions, limits } = this.#options;
    const current = await versions.resolve(ref);
    if (current !== undefined) await this.#prepare(versionInForce(ref, current, limits));
  }

  async #prepare(version: FunctionVersionRef): Promise<void> {
    const run = this.#ownRun(version.ref, PREPARE_TIMEOUT_MS);
    try {
      const shared = await this.#protos.get(version, run.limit);
      shared.release();
    } catch (error) {
      if (!(error instanceof FailedInitialization)) throw error;
    } finally {
      run.limit.close();
    }
  }

  /**
   * Prepares the functions that were called last and have a new version or other limits since, so that their next calls
   * need not wait. Throws what the store throws.
   */
  async prepareNewVersions(): Promise<void> {
    const { versions, limits } = this.#options;
    for (const recent of this.#recent.all()) {
      const current = await versions.resolve(recent.ref);
      if (current === undefined) {
        this.#recent.forget(recent.ref);
        continue;
      }
      const version = versionInForce(recent.ref, current, limits);
      if (sameFaaslets(version, recent)) continue;
      await this.#prepare(version);
      this.#recent.note(version);
    }
  }

  /** Runs an empty function, to see that this host can: guests that run now do not keep it from doing so. */
  async probe(): Promise<void> {
    const { stuck } = this.#pool;
    if (stuck > this.#options.threads)
      throw new Error(`${stuck} executor threads are stuck, more than can be replaced`);
    const run = this.#ownRun(PROBE.ref, PROBE_TIMEOUT_MS);
    try {
      const { outcome } = await this.#runVersion(run, {
        ...PROBE,
        launch: NO_LAUNCH_SETTINGS,
        limits: this.#options.limits,
      });
      if (outcome.type !== 'success') throw new Error(`Probe ended with ${JSON.stringify(outcome)}`);
    } finally {
      run.limit.close();
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.close(), this.#tierUp?.close()]);
  }

  /** A call that nobody made. */
  #ownRun(ref: FunctionRef, timeoutMs: number): Run {
    const { clock } = this.#options;
    const startedAt = clock.now();
    const call: Call = {
      id: sortableId(clock),
      kind: 'sync',
      function: ref,
      input: EMPTY_BYTES,
      acceptedAt: startedAt,
      deadlineAt: startedAt + timeoutMs,
    };
    return { call, startedAt, limit: new CallLimit(call, { deadlines: this.#deadlines, signal: undefined }) };
  }

  async #runVersion(run: Run, version: FunctionVersionRef): Promise<CallResult> {
    const { clock } = this.#options;
    const { limit } = run;
    const { digest } = version;
    const from = clock.monotonic();
    try {
      const shared = this.#protos.getReady(version) ?? (await this.#protos.get(version, limit));
      const readyMs = clock.monotonic() - from;
      try {
        const { left, coldMs, runMs } = await this.#runOnThread(run, { shared, digest });
        const timings = { coldMs: readyMs + coldMs, runMs };
        return this.#result(run, { left: withOwnWords(left, run), digest, timings });
      } finally {
        shared.release();
      }
    } catch (error) {
      if (!(error instanceof FailedInitialization)) throw error;
      const coldMs = clock.monotonic() - from;
      return this.#result(run, { left: error.left, digest, timings: { coldMs, runMs: 0 } });
    }
  }

  async #runOnThread(
    { call, limit }: Run,
    { shared, digest }: { shared: SharedProto; digest: string },
  ): Promise<DoneMessage> {
    const { user } = call.function;
    const name = { function: formatFunctionRef(call.function), digest };
    let done: DoneMessage | undefined;
    let entered = false;
    try {
      done = await this.#runner.run(
        { shared, input: call.input },
        {
          user,
          acceptedAt: call.acceptedAt,
          deadlineAt: call.deadlineAt,
          weight: this.#options.weightOf(user),
          limit,
          mayRepeat: call.kind === 'async',
        },
        (thread) => {
          if (entered) return undefined;
          const waiting = this.#ledger.enter(shared.id, thread, name);
          entered = true;
          return waiting;
        },
      );
      return done;
    } finally {
      if (entered) this.#ledger.leave(shared.id, done?.warm);
    }
  }

  #result(
    { call, startedAt }: Run,
    ended: { left: GuestOutcome; digest: string; timings: { coldMs: number; runMs: number } },
  ): CallResult {
    return {
      id: call.id,
      ...ended.left,
      timings: { queueMs: Math.max(0, startedAt - call.acceptedAt), ...ended.timings },
      host: this.#options.host,
      version: ended.digest,
      finishedAt: this.#options.clock.now(),
    };
  }

  #failed(call: Call, error: unknown): CallResult {
    const code: ErrorCode = isFaasmError(error) ? error.code : 'server.internal';
    if (code === 'server.internal') throw error;
    const { clock, host } = this.#options;
    const message = error instanceof Error ? error.message : code;
    return endedResult(call, { code, message, finishedAt: clock.now(), host });
  }
}

function unknownFunction(ref: FunctionRef): FaasmError {
  return new FaasmError('function.unknown', `Function ${formatFunctionRef(ref)} does not exist`);
}

/** A thread does not know the call that a guest runs for. */
function withOwnWords(left: GuestOutcome, { call, limit }: Run): GuestOutcome {
  const { outcome } = left;
  if (outcome.type !== 'error') return left;
  const reason = limit.reason ?? pastDeadline(call);
  return outcome.code === reason.code ? { ...left, outcome: { ...outcome, message: reason.message } } : left;
}
