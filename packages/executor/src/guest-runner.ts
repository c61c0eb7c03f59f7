import { FaasmError, isFaasmError } from '@faasm/protocol';
import type { Clock } from '@faasm/stdx';
import type { ExecutorThread, GuestRun, GuestTerms, Uninitialized } from './executor-thread.ts';
import type { RunLimit } from './run-limit.ts';
import type { SharedProto } from './shared-proto.ts';
import { GivenBackError, ThreadEndedError } from './thread-errors.ts';
import type { ThreadPool } from './thread-pool.ts';
import type { DoneMessage, InitializedMessage } from './thread/messages.ts';

/**
 * How long a guest that was told to end may take until nobody waits for it any more, in milliseconds: it needs microseconds
 * to reach a check, or a few milliseconds when it is in one long operation.
 */
const ANSWER_GRACE_MS = 50;

/**
 * After which the thread of such a guest is ended, in milliseconds, with all guests that it has: longer, since a busy machine
 * may not have let the thread run at all.
 */
const THREAD_GRACE_MS = 500;

/** How often a guest is begun, at most, when its thread is ended for another's sake and it may run again. */
const ATTEMPTS_MAX = 3;

/** How long to wait when no thread can take anything, in milliseconds. */
const NO_THREAD_PAUSE_MS = 5;

/** What decides how long a guest runs, and how often. */
export interface RunTerms extends GuestTerms {
  readonly limit: RunLimit;
  /** Whether it may run again after it may have run: nothing was promised to whoever asked for it. */
  readonly mayRepeat: boolean;
}

/** Runs guests on the threads of a pool: chooses one, ends the guest at its limit, tries again what was not started. */
export class GuestRunner {
  readonly #pool: ThreadPool;
  readonly #clock: Clock;

  constructor(pool: ThreadPool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  /** Runs constructors and zygote. Rejects with the limit's reason, `host.capacity` or `call.host_lost`. */
  async initialize(what: Uninitialized, terms: RunTerms): Promise<InitializedMessage> {
    return await this.#run(terms, {
      protoId: undefined,
      placed: () => undefined,
      begin: (thread) => thread.initialize(what, terms),
    });
  }

  /** Runs a call; what `placed` returns for the thread that was chosen is awaited before. Rejects as `initialize` does. */
  async run(
    { shared, input }: { shared: SharedProto; input: Uint8Array },
    terms: RunTerms,
    placed: (thread: ExecutorThread) => Promise<void> | undefined,
  ): Promise<DoneMessage> {
    return await this.#run(terms, {
      protoId: shared.id,
      placed,
      begin: (thread) => thread.run(shared, input, terms),
    });
  }

  async #run<T>(terms: RunTerms, how: Beginning<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(terms, how);
      } catch (error) {
        if (terms.limit.reason !== undefined) throw terms.limit.reason;
        if (error instanceof FullError && attempt === 1) await this.#makeRoom();
        else if (!mayTryAgain(error, terms.mayRepeat && attempt < ATTEMPTS_MAX)) throw asFaasmError(error);
      }
    }
  }

  async #attempt<T>({ limit }: RunTerms, { protoId, placed, begin }: Beginning<T>): Promise<T> {
    const thread = this.#pool.leastLoaded(protoId) ?? (await this.#nextThread(limit, protoId));
    const placing = placed(thread);
    if (placing !== undefined) await limit.race(placing);
    const run = begin(thread);
    let answered = false;
    limit.onReached((reason) => {
      if (!answered) this.#end(run, { reason, thread });
    });
    try {
      return await run.answer;
    } catch (error) {
      throw isFaasmError(error, 'host.capacity') ? new FullError(error) : error;
    } finally {
      answered = true;
      if (thread.load === 0) this.#pool.balance();
    }
  }

  #end(run: GuestRun<unknown>, { reason, thread }: { reason: FaasmError; thread: ExecutorThread }): void {
    run.end(reason);
    this.#clock.after(ANSWER_GRACE_MS, () => {
      if (!run.isOutstanding()) return;
      run.giveUp(reason);
      this.#clock.after(THREAD_GRACE_MS - ANSWER_GRACE_MS, () => {
        if (run.isOutstanding()) this.#pool.discard(thread);
      });
    });
  }

  /** There is none for a moment when all have ended at once. */
  async #nextThread(limit: RunLimit, protoId: number | undefined): Promise<ExecutorThread> {
    for (;;) {
      const thread = this.#pool.leastLoaded(protoId);
      if (thread !== undefined) return thread;
      const paused = Promise.withResolvers<void>();
      this.#clock.after(NO_THREAD_PAUSE_MS, paused.resolve);
      await limit.race(paused.promise);
    }
  }

  /** When the process has no room for another Faaslet, all threads give up those that do nothing. */
  async #makeRoom(): Promise<void> {
    await Promise.allSettled(
      this.#pool.threads.map(async (thread) => {
        await thread.evict(undefined);
      }),
    );
  }
}

/** The process has no room for another Faaslet. */
class FullError extends Error {
  readonly refusal: FaasmError;

  constructor(refusal: FaasmError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

interface Beginning<T> {
  /** Whose Faaslet is used; undefined for an initialisation. */
  readonly protoId: number | undefined;
  readonly placed: (thread: ExecutorThread) => Promise<void> | undefined;
  readonly begin: (thread: ExecutorThread) => GuestRun<T>;
}

function mayTryAgain(error: unknown, mayRepeat: boolean): boolean {
  if (error instanceof GivenBackError) return true;
  return error instanceof ThreadEndedError && (!error.started || (mayRepeat && error.code === undefined));
}

function asFaasmError(error: unknown): unknown {
  if (error instanceof FullError) return error.refusal;
  if (!(error instanceof ThreadEndedError)) return error;
  const message = `The thread that ran the call ended: ${error.message}`;
  return new FaasmError(error.code ?? 'call.host_lost', message, { cause: error });
}
