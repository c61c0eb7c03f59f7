import {
  Guest,
  initializeFaaslet,
  type EngineThread,
  type Faaslet,
  type GuestLimits,
  type MemoryMapper,
} from '@faasm/faaslet';
import { openBundle, type ReadOnlyNode } from '@faasm/filesystem';
import { hostInterface, linkImports, type GuestLaunch, type HostInterface } from '@faasm/host-interface';
import { FaasmError, isFaasmError } from '@faasm/protocol';
import { EMPTY_BYTES } from '@faasm/stdx';
import { ProcessBudget } from './process-budget.ts';
import { FaasletPool } from './faaslet-pool.ts';
import type { GuestAsks } from './guest-asks.ts';
import type { Job } from './guest-loop.ts';
import type { BroughtProto, EvictMessage, InitializeMessage, RunMessage, ThreadData } from './messages.ts';
import type { Outbox } from './outbox.ts';
import { RunTime } from './run-time.ts';

/** What jobs are made with. */
export interface GuestJobsOptions {
  readonly data: ThreadData;
  readonly mapper: MemoryMapper;
  readonly outbox: Outbox;
  readonly thread: EngineThread;
  readonly asks: GuestAsks;
}

/** What a guest is made of beside its input. */
interface GuestParts {
  readonly limits: GuestLimits;
  readonly launch: GuestLaunch;
  /** Its function's files; undefined when it has none. */
  readonly uploaded: ReadOnlyNode | undefined;
}

/** What a guest is given by the call that it runs for. */
type GivenToGuest = Pick<RunMessage, 'input' | 'args'>;

/** Constructors run before any call. */
const NOTHING_GIVEN: GivenToGuest = { input: EMPTY_BYTES, args: undefined };

interface Known extends BroughtProto, GuestParts {
  readonly hostFunctions: WebAssembly.Imports;
  readonly runTime: RunTime;
}

/** Makes jobs of requests, with the Faaslets of this thread, and answers them. */
export class GuestJobs {
  readonly #options: GuestJobsOptions;
  readonly #pool: FaasletPool;
  readonly #known = new Map<number, Known>();
  readonly #host: HostInterface;

  constructor(options: GuestJobsOptions) {
    this.#options = options;
    const { data, mapper, thread } = options;
    this.#host = hostInterface(() => thread.currentGuest(), {
      bounds: data.settings.argumentBounds,
      state: data.settings.hasState ? options.asks : undefined,
    });
    this.#pool = new FaasletPool({
      ...data.settings,
      mapper,
      budget: new ProcessBudget(data.budget),
      regions: new ProcessBudget(data.regions),
      budgetCell: data.budgetCell,
    });
  }

  /** A job that runs a call. */
  run(request: RunMessage): Job {
    const known = this.#knownProto(request);
    const guest = this.#guest(request, known);
    const run = (): Promise<void> => this.#run(request, { known, guest });
    return this.#job(request, { user: known.user, runTime: known.runTime, guest, run });
  }

  /** A job that runs constructors and zygote. */
  initialize(request: InitializeMessage): Job {
    const guest = this.#guest(NOTHING_GIVEN, { ...request, uploaded: uploadedOf(request) });
    const run = (): Promise<void> => this.#initialize(request, guest);
    return this.#job(request, { user: request.user, runTime: undefined, guest, run });
  }

  evict({ requestId, protoId, forget }: EvictMessage): void {
    const protoIds = this.#pool.evictIdle(protoId);
    if (forget && protoId !== undefined) this.#known.delete(protoId);
    this.#options.outbox.post({ type: 'evicted', requestId, protoIds });
  }

  /** Gives back what idle Faaslets do not need. */
  sweep(): void {
    const protoIds = this.#pool.sweep();
    if (protoIds.length > 0) this.#evicted(...protoIds);
  }

  #job(
    { requestId, acceptedAt, deadlineAt, weight }: RunMessage | InitializeMessage,
    { user, guest, run, runTime }: Pick<Job, 'user' | 'guest' | 'run' | 'runTime'>,
  ): Job {
    return {
      requestId,
      acceptedAt,
      deadlineAt,
      weight,
      user,
      guest,
      runTime,
      run,
      started: false,
      fresh: true,
      ranMs: 0,
      resume: undefined,
    };
  }

  /** Answers with what keeps a guest from running. Throws what only a broken thread throws. */
  #refuse(requestId: number, error: unknown): void {
    if (!isFaasmError(error)) throw error;
    const { code, message } = error;
    this.#options.outbox.post({ type: 'refused', requestId, code, message });
  }

  async #run(
    { requestId, protoId }: RunMessage,
    { known, guest }: { known: Known; guest: Guest },
  ): Promise<void> {
    try {
      refuseEnded(guest);
      const startedAt = performance.now();
      const idle = this.#pool.takeIdle(protoId);
      const faaslet = idle ?? this.#restore(known);
      const left = await faaslet.run(guest);
      const endedAt = performance.now();
      const enteredAt = guest.enteredAt ?? endedAt;
      const [coldMs, runMs] = [enteredAt - startedAt, endedAt - enteredAt];
      this.#options.outbox.done({ type: 'done', requestId, left, warm: idle !== undefined, coldMs, runMs });
      // After the answer: nobody waits for it.
      this.#reset(protoId, { faaslet, since: endedAt });
    } catch (error) {
      this.#refuse(requestId, error);
    } finally {
      this.#options.asks.ended(requestId);
    }
  }

  #reset(protoId: number, used: { faaslet: Faaslet; since: number }): void {
    try {
      used.faaslet.reset();
    } catch (error) {
      if (!isFaasmError(error)) throw error;
      this.#pool.dropSlot();
      this.#evicted(protoId);
      return;
    }
    this.#pool.giveIdle(protoId, used);
  }

  #restore({ proto, limits, hostFunctions }: Known): Faaslet {
    const parts = { thread: this.#options.thread, hostFunctions, memoryBytesMax: limits.memoryBytes };
    return this.#pool.restore(proto, parts, (protoId) => {
      this.#evicted(protoId);
    });
  }

  async #initialize({ requestId, source, limits }: InitializeMessage, guest: Guest): Promise<void> {
    const { thread, outbox } = this.#options;
    try {
      refuseEnded(guest);
      const slot = this.#pool.takeSlot((protoId) => {
        this.#evicted(protoId);
      });
      const { snapshot, left } = await initializeFaaslet(source, guest, {
        slot,
        thread,
        hostFunctions: this.#imports(source.module),
        memoryBytesMax: limits.memoryBytes,
      });
      this.#pool.giveSlot(slot);
      outbox.post({ type: 'initialized', requestId, snapshot, left });
    } catch (error) {
      this.#refuse(requestId, error);
    } finally {
      this.#options.asks.ended(requestId);
    }
  }

  #evicted(...protoIds: number[]): void {
    this.#options.outbox.post({ type: 'evicted', requestId: undefined, protoIds });
  }

  #knownProto({ protoId, brought }: RunMessage): Known {
    const known = this.#known.get(protoId);
    if (known !== undefined) return known;
    if (brought === undefined) throw new TypeError(`Thread was not given the Proto-Faaslet ${protoId}`);
    const hostFunctions = this.#imports(brought.proto.source.module);
    const fresh = { ...brought, hostFunctions, uploaded: uploadedOf(brought), runTime: new RunTime() };
    this.#known.set(protoId, fresh);
    return fresh;
  }

  #imports(module: WebAssembly.Module): WebAssembly.Imports {
    const { thread } = this.#options;
    return thread.pausable(linkImports(module, this.#host, () => thread.currentGuest()));
  }

  #guest({ input, args: own }: GivenToGuest, { limits, launch, uploaded }: GuestParts): Guest {
    const { captureStdout } = this.#options.data.settings;
    const { args: common, environment } = launch;
    const args = own === undefined ? common : [...common, ...own];
    return new Guest({ limits, captureStdout, input, args, environment, uploaded });
  }
}

/** Throws how a guest was ended before it began: no Faaslet is needed for that. */
function refuseEnded({ ended }: Guest): void {
  if (ended?.type === 'error') throw new FaasmError(ended.code, ended.message);
}

/** A tree that looks into the memory that threads share. */
function uploadedOf({ files }: Pick<BroughtProto, 'files'>): ReadOnlyNode | undefined {
  return files === undefined ? undefined : openBundle(files);
}
