import type { Call, CallId, CallResult } from '@faasm/protocol';
import type { WantedRoom } from './queue-bounds.ts';

/**
 * The right to end a call. Held by the worker incarnation that took it, for this delivery only: after another
 * worker has taken the call over, nothing that is done with an older lease has an effect (I3).
 */
export interface Lease {
  readonly call: Call;
  /** Which delivery of the call this is, those that were handed back included; 1 for the first. */
  readonly delivery: number;
  /** The adapter's own name for the delivery. */
  readonly token: string;
}

/** What {@link CallQueue.take} is told. */
export interface TakeOptions {
  /** At most this many calls, at least 1. */
  readonly max: number;
  /** Ends the wait; what was not yet taken stays queued. */
  readonly signal: AbortSignal;
}

/** Why a call is ended from outside. */
export type EndReason = 'call.cancelled' | 'call.deadline';

/** What happened to a request to end a call: it is ended now, it had already ended, or no such call is known. */
export type EndAnswer = 'ended' | 'already_done' | 'unknown';

/** Numbers over root calls since the queue exists. accepted = queued + running + done + dead, at all times (I4). */
export interface CallCounts {
  readonly accepted: number;
  readonly queued: number;
  readonly running: number;
  /** Ended, however they ended. */
  readonly done: number;
  /** Given up after the last allowed delivery. */
  readonly dead: number;
}

/**
 * Port: where calls wait for workers. Every method may throw `queue.unavailable`; what was accepted before stays.
 * One contract suite (`call-queue.contract.ts`) runs on each adapter.
 */
export interface CallQueue {
  /** Whether a call that {@link submit} accepted survives kill -9 of every process but the queue's own. */
  readonly durable: boolean;

  /**
   * Accepts a call. Resolves once it is as durable as this queue makes it (I1); undefined when it is so at once, as a promise
   * costs as much as the rest. Throws, or rejects with, `user.limit` at the user's bound on outstanding calls, and `queue.full` when there is no room for the call,
   * or none that is the user's: see {@link QueueBounds}.
   */
  submit(call: Call): Promise<void> | undefined;

  /** Throws what {@link submit} would throw now for a call of this size; promises nothing. */
  checkRoom(wanted: WantedRoom): Promise<void>;

  /**
   * Takes waiting calls; waits for the first one. The users who have calls waiting take turns, each as often as its
   * weight says; whoever was away gains nothing by it. Within a user the oldest goes first, one that was handed back
   * included. Also takes over calls whose lease ran out: an asynchronous one is delivered again until its deliveries are
   * used up, a synchronous one never (it ends as `call.host_lost`). Resolves with an empty list only when the signal aborts.
   */
  take(options: TakeOptions): Promise<Lease[]>;

  /**
   * Takes the next call of a user who is not in `except`, as {@link take} does, if one waits now. Those who are passed over
   * gain nothing by it.
   */
  takeOther(except: ReadonlySet<string>): Promise<Lease | undefined>;

  /** Extends the lease. False when it is no longer this worker's: the run must stop and its result is void. */
  renew(lease: Lease): Promise<boolean>;

  /** Ends the call and hands the result to everyone who waits, perhaps at once. False when the lease is no longer held (I3). */
  settle(lease: Lease, result: CallResult): boolean | Promise<boolean>;

  /** Hands back a call that was not finished, to its old place in its user's line. False when the lease is not held. */
  release(lease: Lease): Promise<boolean>;

  /** Ends a queued or running call from outside. */
  end(id: CallId, reason: EndReason): Promise<EndAnswer>;

  /**
   * Tells of calls that {@link end} ended, so that a worker which runs one can stop it at once. Best effort:
   * {@link renew} is what is certain. The returned function ends the subscription.
   */
  onEnded(listener: (id: CallId) => void): () => void;

  counts(): Promise<CallCounts>;

  /** Answers true, or throws `queue.unavailable`. */
  ping(): Promise<true>;

  /** Frees what the adapter holds. Calls that are queued stay as durable as they were. */
  close(): Promise<void>;
}
