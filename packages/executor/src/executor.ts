import type { GuestOutcome } from '@faasm/faaslet';
import { NO_LAUNCH_SETTINGS, type CurrentVersion } from '@faasm/functions';
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
import { StateSession } from '@faasm/state';
import { EMPTY_BYTES, sortableId, type StopSignal } from '@faasm/stdx';
import { CallLimit, pastDeadline } from './call-limit.ts';
import type { ExecutorOptions } from './executor-options.ts';
import { FaasletLedger, type FaasletReading } from './faaslet-ledger.ts';
import { FailedInitialization } from './failed-initialization.ts';
import { sameFaaslets, versionInForce, type FunctionVersionRef } from './function-version.ts';
import type { RunTerms } from './guest-attempts.ts';
import { GuestRunner } from './guest-runner.ts';
import { setGuestStackSize } from './guest-stack.ts';
import { ModuleCache } from './module-cache.ts';
import { PROBE, PROBE_TIMEOUT_MS, withProbe } from './probe.ts';
import { ProtoCache } from './proto-cache.ts';
import { RecentFunctions } from './recent-functions.ts';
import type { SharedProto } from './shared-proto.ts';
import { SnapshotArchive } from './snapshot-archive.ts';
import { ThreadPool } from './thread-pool.ts';
import { TierUp } from './tier-up.ts';

/** Functions that are kept ready, at most. */
const PROTOS_MAX = 1_000;

/** Of slots: there is one more in the reserve for as many. */
const SLOTS_PER_RESERVED = 4;

/** How long the initialisation of a function may take that no call waits for, in milliseconds. */
const PREPARE_TIMEOUT_MS = 30_000;

/** A call on its way through this host. */
interface Run {
  readonly call: Call;
  readonly limit: CallLimit;
  /** When it reached this host, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
}

/** What is needed of a version to run it, and how long it took to get that, in milliseconds. */
interface ReadyVersion {
  readonly shared: SharedProto;
  readonly digest: string;
  readonly readyMs: number;
}

interface EndedRun {
  readonly left: GuestOutcome;
  readonly digest: string;
  readonly timings: { readonly coldMs: number; readonly runMs: number };
}

/** Runs calls in Faaslets on threads that do nothing else, and ends those that are over their deadline. */
export class Executor implements CallRunner {
  readonly #options: ExecutorOptions;
  readonly #pool: ThreadPool;
  readonly #runner: GuestRunner;
  readonly #protos: ProtoCache;
  readonly #ledger: FaasletLedger;
  readonly #recent = new RecentFunctions();
  /** What was made of the current versions that calls had last. */
  readonly #inForce = new WeakMap<CurrentVersion, FunctionVersionRef>();
  readonly #tierUp: TierUp | undefined;
  readonly #deadlines: Alarms<CallLimit>;

  constructor(options: ExecutorOptions) {
    const { limits, argumentBounds, captureStdout, windowBytes, sliceMs, clock, weightOf, snapshots, state } =
      options;
    this.#options = options;
    setGuestStackSize(options.guestStackKib);
    this.#deadlines = new Alarms(clock);
    this.#pool = new ThreadPool({
      size: options.threads,
      main: options.threadMain,
      settings: {
        memoryBytes: limits.memoryBytes,
        argumentBounds,
        captureStdout,
        hasState: state !== undefined,
        windowBytes,
        idleMs: options.faasletIdleMs,
        sliceMs,
      },
      faasletsMax: options.faasletsMax,
      openState: state === undefined ? undefined : (owner) => new StateSession(state, owner),
      regionsMax: options.regionsMax,
    });
    this.#tierUp = options.tierUpMs === 0 ? undefined : new TierUp(options.tierUpMs);
    this.#ledger = new FaasletLedger(this.#pool, options.functionFaasletsMax);
    this.#runner = new GuestRunner(this.#pool, { clock, ledger: this.#ledger });
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
      archive: snapshots === undefined ? undefined : new SnapshotArchive(snapshots, argumentBounds),
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

  /** At least one. The threads have room for it: they are told of more requests than there may be slots. */
  get reserve(): number {
    const { threads, callsPerThread } = this.#options;
    return Math.ceil((threads * callsPerThread) / SLOTS_PER_RESERVED);
  }

  waitingCalls(): ReadonlyMap<string, number> {
    return this.#pool.waitingGuestsByUser();
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

  run(call: Call, signal: StopSignal): Promise<CallResult> {
    const { clock, versions } = this.#options;
    const limit = new CallLimit(call, { deadlines: this.#deadlines, signal });
    const run = { call, limit, startedAt: clock.now() };
    const found = versions.resolve(call.function);
    return found instanceof Promise ? this.#runFound(run, found) : this.#runCurrent(run, found);
  }

  async #runFound(run: Run, found: Promise<CurrentVersion | undefined>): Promise<CallResult> {
    const { call, limit } = run;
    try {
      const current = await limit.race(found);
      if (current === undefined) throw unknownFunction(call.function);
      return await this.#runCurrent(run, current);
    } catch (error) {
      limit.close();
      return this.#failed(call, error);
    }
  }

  #runCurrent(run: Run, current: CurrentVersion): Promise<CallResult> {
    let version = this.#inForce.get(current);
    if (version === undefined) {
      version = versionInForce(run.call.function, current, this.#options.limits);
      this.#inForce.set(current, version);
    }
    this.#recent.note(version);
    return this.#runVersion(run, version);
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
    const { outcome } = await this.#runVersion(run, {
      ...PROBE,
      launch: NO_LAUNCH_SETTINGS,
      limits: this.#options.limits,
    });
    if (outcome.type !== 'success') throw new Error(`Probe ended with ${JSON.stringify(outcome)}`);
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

  /** Rejects only when this host is broken. Closes the limit of the run. */
  #runVersion(run: Run, version: FunctionVersionRef): Promise<CallResult> {
    const shared = this.#protos.getReady(version);
    if (shared === undefined) return this.#runUnready(run, version);
    return this.#runReady(run, { shared, digest: version.digest, readyMs: 0 });
  }

  async #runUnready(run: Run, version: FunctionVersionRef): Promise<CallResult> {
    const { clock } = this.#options;
    const { digest } = version;
    const from = clock.monotonic();
    let shared: SharedProto;
    try {
      shared = await this.#protos.get(version, run.limit);
    } catch (error) {
      run.limit.close();
      if (!(error instanceof FailedInitialization)) return this.#failed(run.call, error);
      const timings = { coldMs: clock.monotonic() - from, runMs: 0 };
      return this.#result(run, { left: error.left, digest, timings });
    }
    return await this.#runReady(run, { shared, digest, readyMs: clock.monotonic() - from });
  }

  #runReady(run: Run, { shared, digest, readyMs }: ReadyVersion): Promise<CallResult> {
    const { call, limit } = run;
    const close = (): void => {
      shared.release();
      limit.close();
    };
    const { input, arguments: args, function: ref } = call;
    const guestCall = { shared, input, args, function: ref, digest };
    return this.#runner.run(guestCall, this.#terms(run)).then(
      ({ left, coldMs, runMs }) => {
        close();
        const timings = { coldMs: readyMs + coldMs, runMs };
        return this.#result(run, { left: withOwnWords(left, run), digest, timings });
      },
      (error: unknown) => {
        close();
        return this.#failed(call, error);
      },
    );
  }

  #terms({ call, limit }: Run): RunTerms {
    const { user } = call.function;
    const { acceptedAt, deadlineAt } = call;
    const weight = this.#options.weightOf(user);
    return {
      user,
      holder: call.id,
      acceptedAt,
      deadlineAt,
      weight,
      limit,
      mayRepeat: call.kind === 'async',
    };
  }

  #result({ call, startedAt }: Run, { left, digest, timings: { coldMs, runMs } }: EndedRun): CallResult {
    return {
      id: call.id,
      outcome: left.outcome,
      output: left.output,
      stdout: left.stdout,
      stderr: left.stderr,
      timings: { queueMs: Math.max(0, startedAt - call.acceptedAt), coldMs, runMs },
      host: this.#options.host,
      version: digest,
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
