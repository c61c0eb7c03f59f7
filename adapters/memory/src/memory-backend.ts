import {
  callLog,
  heldBytes,
  type Call,
  type CallId,
  type CallLog,
  type CallResult,
  type CallStatus,
} from '@faasm/protocol';
import {
  endedResult,
  roomError,
  roomRefusal,
  type CallCounts,
  type CallQueue,
  type EndAnswer,
  type EndReason,
  type Lease,
  type QueueBounds,
  type ResultStore,
  type TakeOptions,
  type WantedRoom,
} from '@faasm/scheduler';
import type { Clock, StopSignal } from '@faasm/stdx';
import { CallEntry } from './call-entry.ts';
import { CallTable } from './call-table.ts';
import { FairQueue } from './fair-queue.ts';
import { KeptLogs } from './kept-logs.ts';
import { KeptResults } from './kept-results.ts';
import { withOwnBytes } from './own-bytes.ts';
import type { UserLine } from './user-line.ts';

/** Bounds of a memory backend. */
export interface MemoryBackendOptions extends QueueBounds {
  readonly clock: Clock;
  /** How long a result that nobody waited for is kept, in milliseconds. */
  readonly resultTtlMs: number;
  /** How many bytes of results are kept in total; the oldest go first. */
  readonly resultBytesMax: number;
}

/** A worker that waits for a call. */
interface Taker {
  readonly signal: AbortSignal;
  readonly resolve: (leases: Lease[]) => void;
}

/**
 * Queue and results in this process's memory, for the standalone server and for tests. Nothing survives the process.
 * Its workers live and die with it, so leases do not run out and no call is ever given up.
 */
export class MemoryBackend implements CallQueue, ResultStore {
  readonly durable = false;
  readonly #options: MemoryBackendOptions;
  readonly #entries = new CallTable();
  readonly #waiting: FairQueue;
  /** Each takes the next call that comes; empty while calls wait. */
  #takers: Taker[] = [];
  readonly #watched = new WeakSet<AbortSignal>();
  readonly #kept: KeptResults;
  readonly #logs: KeptLogs;
  readonly #endListeners = new Set<(id: CallId) => void>();
  readonly #onceIdle = new Set<() => void>();
  /** Bytes of the inputs of calls that have not ended. */
  #inputBytes = 0;
  readonly #counts = { accepted: 0, running: 0, done: 0, dead: 0 };

  constructor(options: MemoryBackendOptions) {
    this.#options = options;
    this.#waiting = new FairQueue(options.weightOf);
    this.#logs = new KeptLogs(options.resultTtlMs);
    this.#kept = new KeptResults({
      ttlMs: options.resultTtlMs,
      bytesMax: options.resultBytesMax,
      onForgotten: (id) => {
        this.#entries.delete(id);
      },
    });
  }

  submit(call: Call): undefined {
    const inputBytes = heldBytes(call);
    const line = this.#lineWithRoom({ user: call.function.user, inputBytes });
    const entry = new CallEntry(call, { line, place: this.#counts.accepted });
    this.#entries.add(entry);
    line.outstanding += 1;
    line.bytes += inputBytes;
    this.#inputBytes += inputBytes;
    this.#counts.accepted += 1;
    this.#enqueue(entry);
  }

  async checkRoom(wanted: WantedRoom): Promise<void> {
    this.#waiting.forgetIfIdle(this.#lineWithRoom(wanted));
  }

  take({ max, signal }: TakeOptions): Promise<Lease[]> {
    if (signal.aborted) return Promise.resolve([]);
    const leases: Lease[] = [];
    while (leases.length < max) {
      const entry = this.#waiting.take();
      if (entry === undefined) break;
      leases.push(this.#lease(entry));
    }
    return leases.length > 0 ? Promise.resolve(leases) : this.#next(signal);
  }

  async takeOther(except: ReadonlySet<string>): Promise<Lease | undefined> {
    const entry = this.#waiting.takeOther(except);
    return entry === undefined ? undefined : this.#lease(entry);
  }

  async renew(lease: Lease): Promise<boolean> {
    return this.#held(lease) !== undefined;
  }

  settle(lease: Lease, result: CallResult): boolean {
    const entry = this.#held(lease);
    if (entry === undefined) return false;
    this.#finish(entry, result);
    return true;
  }

  async release(lease: Lease): Promise<boolean> {
    const entry = this.#held(lease);
    if (entry === undefined) return false;
    this.#counts.running -= 1;
    this.#enqueue(entry);
    return true;
  }

  async end(id: CallId, reason: EndReason): Promise<EndAnswer> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return 'unknown';
    const { state } = entry;
    if (state === 'done') return 'already_done';
    if (state === 'queued') this.#waiting.remove(entry);
    const message = `Call ${id} was ended while it was ${state}`;
    const finishedAt = this.#options.clock.now();
    this.#finish(entry, endedResult(entry.call, { code: reason, message, finishedAt }));
    for (const listener of this.#endListeners) listener(id);
    return 'ended';
  }

  onEnded(listener: (id: CallId) => void): () => void {
    this.#endListeners.add(listener);
    return () => {
      this.#endListeners.delete(listener);
    };
  }

  async counts(): Promise<CallCounts> {
    return { ...this.#counts, queued: this.#waiting.length };
  }

  async status(id: CallId): Promise<CallStatus | undefined> {
    this.#forgetExpired();
    return this.#entries.get(id)?.status();
  }

  wait(id: CallId, signal: StopSignal): Promise<CallStatus | undefined> {
    this.#forgetExpired();
    const entry = this.#entries.get(id);
    if (entry === undefined) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<CallStatus>();
    entry.onDoneOr(signal, () => {
      // A result that was handed over at its end is not there any more.
      const kept = this.#entries.get(id);
      if (kept?.state === 'done' && kept.call.kind === 'sync') this.#handedOver(kept);
      resolve(entry.status());
    });
    return promise;
  }

  async log(id: CallId): Promise<CallLog | undefined> {
    const now = this.#options.clock.monotonic();
    this.#kept.expire(now);
    const entry = this.#entries.get(id);
    if (entry === undefined) return this.#logs.get(id, now);
    return entry.result === undefined ? undefined : callLog(entry.call, entry.result);
  }

  async ping(): Promise<true> {
    return true;
  }

  /** Resolves once no call is queued or running, or when `signal` aborts. */
  async idle(signal: AbortSignal): Promise<void> {
    while (this.#waiting.length + this.#counts.running > 0 && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onceIdle.add(resolve);
      const giveUp = (): void => {
        resolve();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      await promise;
      this.#onceIdle.delete(resolve);
      signal.removeEventListener('abort', giveUp);
    }
  }

  async close(): Promise<void> {
    this.#endListeners.clear();
  }

  /** The line of a user for whose call there is room. */
  #lineWithRoom(wanted: WantedRoom): UserLine {
    const { length: calls } = this.#waiting;
    const line = this.#waiting.line(wanted.user);
    const { length: userCalls, bytes: userBytes, outstanding } = line;
    const request = { ...wanted, calls, userCalls, bytes: this.#inputBytes, userBytes, outstanding };
    const refusal = roomRefusal(request, this.#options);
    if (refusal === undefined) return line;
    this.#waiting.forgetIfIdle(line);
    throw roomError(this.#options, { ...wanted, refusal });
  }

  /** Hands the call to the taker that has waited longest, or lets it wait for one. */
  #enqueue(entry: CallEntry): void {
    const taker = this.#takers.shift();
    if (taker !== undefined) {
      taker.resolve([this.#lease(entry)]);
      return;
    }
    entry.state = 'queued';
    this.#waiting.add(entry);
  }

  #lease(entry: CallEntry): Lease {
    entry.state = 'running';
    entry.deliveries += 1;
    this.#counts.running += 1;
    return { call: entry.call, delivery: entry.deliveries, token: entry.call.id };
  }

  /**
   * The next call that comes. A call that comes in the moment of the abort is the taker's: it is handed over here
   * and now, so it cannot get lost between the two.
   */
  #next(signal: AbortSignal): Promise<Lease[]> {
    this.#watch(signal);
    const { promise, resolve } = Promise.withResolvers<Lease[]>();
    this.#takers.push({ signal, resolve });
    return promise;
  }

  /**
   * Lets go of takers when their signal aborts. A signal gets one listener, not one for each wait: those that were removed
   * from a signal which lives long keep one another, and the calls they know, until the next full garbage collection.
   */
  #watch(signal: AbortSignal): void {
    if (this.#watched.has(signal)) return;
    this.#watched.add(signal);
    const giveUp = (): void => {
      for (const taker of this.#takers) if (taker.signal === signal) taker.resolve([]);
      this.#takers = this.#takers.filter((taker) => taker.signal !== signal);
    };
    signal.addEventListener('abort', giveUp, { once: true });
  }

  /** The entry that the lease gives the right to, if it still does (I3). */
  #held(lease: Lease): CallEntry | undefined {
    const entry = this.#entries.get(lease.token);
    return entry?.state === 'running' && entry.deliveries === lease.delivery ? entry : undefined;
  }

  #finish(entry: CallEntry, result: CallResult): void {
    const { line } = entry;
    const { id, kind } = entry.call;
    const inputBytes = heldBytes(entry.call);
    if (entry.state === 'running') this.#counts.running -= 1;
    this.#counts.done += 1;
    line.outstanding -= 1;
    line.bytes -= inputBytes;
    this.#inputBytes -= inputBytes;
    this.#waiting.forgetIfIdle(line);
    const handedOver = kind === 'sync' && entry.awaited;
    const kept = handedOver ? result : withOwnBytes(result);
    entry.finish(kept);
    if (handedOver) {
      this.#entries.delete(id);
      this.#keepLog(entry);
    } else {
      entry.dropInput();
      this.#kept.add(kept, this.#options.clock.monotonic());
    }
    entry.wake();
    if (this.#waiting.length + this.#counts.running === 0) for (const resolve of this.#onceIdle) resolve();
  }

  #forgetExpired(): void {
    if (!this.#kept.isEmpty) this.#kept.expire(this.#options.clock.monotonic());
  }

  #handedOver(entry: CallEntry): void {
    this.#entries.delete(entry.call.id);
    this.#kept.remove(entry.call.id);
    this.#keepLog(entry);
  }

  #keepLog({ call, result }: CallEntry): void {
    if (result !== undefined) this.#logs.add(call, { result, now: this.#options.clock.monotonic() });
  }
}
