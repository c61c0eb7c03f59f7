import { FaasmError, isFaasmError, type FunctionRef } from '@faasm/protocol';
import type { Clock } from '@faasm/stdx';
import type { ExecutorThread, GuestRun, GuestTerms, ThreadCall, Uninitialized } from './executor-thread.ts';
import type { FaasletLedger } from './faaslet-ledger.ts';
import type { RunLimit } from './run-limit.ts';
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

/** A call that is to run. */
export interface GuestCall extends ThreadCall {
  readonly function: FunctionRef;
  readonly digest: string;
}

/** Runs guests on the threads of a pool: chooses one, ends the guest at its limit, tries again what was not started. */
export class GuestRunner {
  readonly #pool: ThreadPool;
  readonly #clock: Clock;
  readonly #ledger: FaasletLedger;

  constructor(pool: ThreadPool, { clock, ledger }: { clock: Clock; ledger: FaasletLedger }) {
    this.#pool = pool;
    this.#clock = clock;
    this.#ledger = ledger;
  }

  /** Runs constructors and zygote. Rejects with the limit's reason, `host.capacity` or `call.host_lost`. */
  initialize(what: Uninitialized, terms: RunTerms): Promise<InitializedMessage> {
    return this.#run(terms, {
      protoId: undefined,
      enter: () => undefined,
      begin: (thread) => thread.initialize(what, terms),
      leave: () => undefined,
    });
  }

  /** Runs a call. Rejects as `initialize` does. */
  run(call: GuestCall, terms: RunTerms): Promise<DoneMessage> {
    const { shared } = call;
    return this.#run(terms, {
      protoId: shared.id,
      enter: (thread) => this.#ledger.enter(shared.id, thread, call),
      begin: (thread) => thread.run(call, terms),
      leave: (done) => {
        this.#ledger.leave(shared.id, done?.warm);
      },
    });
  }

  async #run<T>(terms: RunTerms, how: Attempt<T>): Promise<T> {
    const { limit } = terms;
    for (let attempt = 1; ; attempt++) {
      const thread = this.#pool.leastLoaded(how.protoId) ?? (await this.#nextThread(limit, how.protoId));
      let run: GuestRun<T> | undefined;
      let answer: T | undefined;
      try {
        const room = how.enter(thread);
        if (room !== undefined) await limit.race(room);
        const begun = how.begin(thread);
        run = begun;
        limit.onReached((reason) => {
          const waitsFor = thread.waitsFor(begun);
          if (waitsFor !== undefined) limit.explain(waitsFor);
          this.#end(begun, { reason, thread });
        });
        answer = await begun.answer;
        return answer;
      } catch (error) {
        if (limit.reason !== undefined) throw limit.reason;
        if (run !== undefined && isFull(error) && attempt === 1) await this.#makeRoom();
        else if (!mayTryAgain(error, terms.mayRepeat && attempt < ATTEMPTS_MAX)) throw asFaasmError(error);
      } finally {
        limit.onReached(undefined);
        how.leave(answer);
        if (thread.load === 0) this.#pool.balance();
      }
    }
  }

  #end(run: GuestRun<unknown>, { reason, thread }: { reason: FaasmError; thread: ExecutorThread }): void {
    thread.end(run, reason);
    this.#clock.after(ANSWER_GRACE_MS, () => {
      if (!thread.isOutstanding(run)) return;
      thread.giveUp(run, reason);
      this.#clock.after(THREAD_GRACE_MS - ANSWER_GRACE_MS, () => {
        if (thread.isOutstanding(run)) this.#pool.discard(thread);
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

/** One way of running something on a thread. */
interface Attempt<T> {
  /** Whose Faaslet is used; undefined for an initialisation. */
  readonly protoId: number | undefined;
  /** Before: the promise, if any, is of room for another Faaslet. `leave` follows in any case. */
  readonly enter: (thread: ExecutorThread) => Promise<void> | undefined;
  readonly begin: (thread: ExecutorThread) => GuestRun<T>;
  /** After, with the answer if there was one. */
  readonly leave: (answer: T | undefined) => void;
}

/** Whether a thread has answered that the process has no room for another Faaslet, which idle ones may make. */
function isFull(error: unknown): boolean {
  return isFaasmError(error, 'host.capacity');
}

function mayTryAgain(error: unknown, mayRepeat: boolean): boolean {
  if (error instanceof GivenBackError) return true;
  return error instanceof ThreadEndedError && (!error.started || (mayRepeat && error.code === undefined));
}

function asFaasmError(error: unknown): unknown {
  if (!(error instanceof ThreadEndedError)) return error;
  const message = `The thread that ran the call ended: ${error.message}`;
  return new FaasmError(error.code ?? 'call.host_lost', message, { cause: error });
}
