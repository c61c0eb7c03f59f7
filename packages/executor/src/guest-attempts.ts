import { FaasmError, isFaasmError } from '@faasm/protocol';
import { deferred, type Clock, type Deferred } from '@faasm/stdx';
import type { Asker, ExecutorThread, GuestTerms } from './executor-thread.ts';
import type { RunLimit } from './run-limit.ts';
import { GivenBackError, ThreadEndedError } from './thread-errors.ts';
import type { ThreadPool } from './thread-pool.ts';

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

/** What guests are run with. */
export interface GuestAttemptsOptions {
  readonly pool: ThreadPool;
  readonly clock: Clock;
}

/**
 * One guest on its way to an answer: chooses a thread, ends the guest at its limit, tries again what was not started. It is
 * told of answers by calls and not by promises, as it is part of every call.
 */
export abstract class GuestAttempts<T> implements Asker<T> {
  protected readonly terms: RunTerms;
  readonly #options: GuestAttemptsOptions;
  readonly #protoId: number | undefined;
  readonly #answer: Deferred<T> = deferred();
  #attempts = 0;
  #thread: ExecutorThread | undefined;
  /** What the thread calls the guest, once it was sent. */
  #requestId: number | undefined;

  /** Runs on a thread with an idle Faaslet of `protoId`, if there is a choice. */
  constructor(options: GuestAttemptsOptions, how: { terms: RunTerms; protoId: number | undefined }) {
    this.#options = options;
    this.terms = how.terms;
    this.#protoId = how.protoId;
  }

  /** Before each attempt: the promise, if any, is of room for another Faaslet. `left` follows in any case. */
  protected abstract entered(thread: ExecutorThread): Promise<void> | undefined;

  /** Sends the guest to a thread, which answers to this. Returns the id of the request. */
  protected abstract send(thread: ExecutorThread): number;

  /** After each attempt, with the answer if there was one. */
  protected abstract left(answer: T | undefined): void;

  /** Begins. Rejects with the limit's reason, `host.capacity` or `call.host_lost`. Call it once. */
  begin(): Promise<T> {
    this.#attempt();
    return this.#answer.promise;
  }

  /** The thread has answered. */
  resolve(answer: T): void {
    this.#leave(answer);
    this.#answer.resolve(answer);
  }

  /** The attempt has failed. */
  reject(error: Error): void {
    const sent = this.#requestId !== undefined;
    this.#leave(undefined);
    const { limit, mayRepeat } = this.terms;
    if (limit.reason !== undefined) this.#answer.reject(limit.reason);
    else if (sent && isFull(error) && this.#attempts === 1) void this.#makeRoom();
    else if (mayTryAgain(error, mayRepeat && this.#attempts < ATTEMPTS_MAX)) this.#attempt();
    else this.#answer.reject(asFaasmError(error));
  }

  #attempt(): void {
    this.#attempts += 1;
    const thread = this.#options.pool.leastLoaded(this.#protoId);
    if (thread === undefined) void this.#nextThread();
    else this.#enter(thread);
  }

  #enter(thread: ExecutorThread): void {
    this.#thread = thread;
    try {
      const room = this.entered(thread);
      if (room === undefined) this.#send(thread);
      else void this.#sendWhenThereIsRoom(thread, room);
    } catch (error) {
      this.reject(asError(error));
    }
  }

  async #sendWhenThereIsRoom(thread: ExecutorThread, room: Promise<void>): Promise<void> {
    try {
      await this.terms.limit.race(room);
      this.#send(thread);
    } catch (error) {
      this.reject(asError(error));
    }
  }

  #send(thread: ExecutorThread): void {
    const requestId = this.send(thread);
    this.#requestId = requestId;
    this.terms.limit.onReached((reason) => {
      const waitsFor = thread.waitsFor(requestId);
      if (waitsFor !== undefined) this.terms.limit.explain(waitsFor);
      this.#end(requestId, { reason, thread });
    });
  }

  #leave(answer: T | undefined): void {
    const thread = this.#thread;
    this.#requestId = undefined;
    this.terms.limit.onReached(undefined);
    this.left(answer);
    if (thread?.load === 0) this.#options.pool.balance();
  }

  #end(requestId: number, { reason, thread }: { reason: FaasmError; thread: ExecutorThread }): void {
    const { clock, pool } = this.#options;
    thread.end(requestId, reason);
    clock.after(ANSWER_GRACE_MS, () => {
      if (!thread.isOutstanding(requestId)) return;
      thread.giveUp(requestId, reason);
      clock.after(THREAD_GRACE_MS - ANSWER_GRACE_MS, () => {
        if (thread.isOutstanding(requestId)) pool.discard(thread);
      });
    });
  }

  /** There is none for a moment when all have ended at once. */
  async #nextThread(): Promise<void> {
    const { clock, pool } = this.#options;
    try {
      for (;;) {
        const paused = Promise.withResolvers<void>();
        clock.after(NO_THREAD_PAUSE_MS, paused.resolve);
        await this.terms.limit.race(paused.promise);
        const thread = pool.leastLoaded(this.#protoId);
        if (thread === undefined) continue;
        this.#enter(thread);
        return;
      }
    } catch (error) {
      this.#answer.reject(asError(error));
    }
  }

  /** When the process has no room for another Faaslet, all threads give up those that do nothing. */
  async #makeRoom(): Promise<void> {
    await Promise.allSettled(
      this.#options.pool.threads.map(async (thread) => {
        await thread.evict(undefined);
      }),
    );
    this.#attempt();
  }
}

/** Whether a thread has answered that the process has no room for another Faaslet, which idle ones may make. */
function isFull(error: unknown): boolean {
  return isFaasmError(error, 'host.capacity');
}

function mayTryAgain(error: unknown, mayRepeat: boolean): boolean {
  if (error instanceof GivenBackError) return true;
  return error instanceof ThreadEndedError && (!error.started || (mayRepeat && error.code === undefined));
}

function asFaasmError(error: Error): Error {
  if (!(error instanceof ThreadEndedError)) return error;
  const message = `The thread that ran the call ended: ${error.message}`;
  return new FaasmError(error.code ?? 'call.host_lost', message, { cause: error });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
