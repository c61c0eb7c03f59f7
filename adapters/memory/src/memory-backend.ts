import {
  FaasmError,
  type Call,
  type CallId,
  type CallResult,
  type CallState,
  type CallStatus,
} from '@faasm/protocol';
import {
  endedResult,
  type CallCounts,
  type CallQueue,
  type EndAnswer,
  type EndReason,
  type Lease,
  type ResultStore,
  type TakeOptions,
} from '@faasm/scheduler';
import type { Clock } from '@faasm/stdx';
import { Fifo } from './fifo.ts';
import { KeptResults } from './kept-results.ts';

/** Bounds of a memory backend. */
export interface MemoryBackendOptions {
  readonly clock: Clock;
  /** Calls that wait for a worker, at most. */
  readonly queuedCallsMax: number;
  /** Calls of one user that have not ended, at most. */
  readonly outstandingCallsPerUserMax: number;
  /** How long the result of an asynchronous call is kept, in milliseconds. */
  readonly resultTtlMs: number;
  /** How many bytes of results are kept in total. */
  readonly resultBytesMax: number;
}

interface Entry {
  readonly call: Call;
  state: CallState;
  delivery: number;
  result: CallResult | undefined;
  /** Called once, when the call is done. */
  waiters: Set<() => void> | undefined;
}

/** Seconds after which a refused caller may try again. */
const RETRY_AFTER_SECONDS = 1;

/**
 * Queue and results in this process's memory, for the standalone server and for tests. Nothing survives the process.
 * Its workers live and die with it, so leases do not run out.
 */
export class MemoryBackend implements CallQueue, ResultStore {
  readonly durable = false;
  readonly #options: MemoryBackendOptions;
  readonly #entries = new Map<CallId, Entry>();
  readonly #waiting = new Fifo<Entry>();
  readonly #outstanding = new Map<string, number>();
  readonly #kept: KeptResults;
  readonly #takers = new Set<() => void>();
  readonly #endListeners = new Set<(id: CallId) => void>();
  #counts = { accepted: 0, queued: 0, running: 0, done: 0, dead: 0 };

  constructor(options: MemoryBackendOptions) {
    this.#options = options;
    this.#kept = new KeptResults({
      ttlMs: options.resultTtlMs,
      bytesMax: options.resultBytesMax,
      onForgotten: (id) => this.#entries.delete(id),
    });
  }

  async submit(call: Call): Promise<void> {
    this.#checkBounds(call);
    const entry: Entry = { call, state: 'queued', delivery: 0, result: undefined, waiters: undefined };
    this.#entries.set(call.id, entry);
    this.#outstanding.set(call.function.user, this.#outstandingOf(call.function.user) + 1);
    this.#counts.accepted += 1;
    this.#enqueue(entry);
    await Promise.resolve();
  }

  async take({ max, signal }: TakeOptions): Promise<Lease[]> {
    while (!signal.aborted) {
      const leases = this.#takeWaiting(max);
      if (leases.length > 0) return leases;
      await this.#moreWaiting(signal);
    }
    return [];
  }

  async renew(lease: Lease): Promise<boolean> {
    return await Promise.resolve(this.#held(lease) !== undefined);
  }

  async settle(lease: Lease, result: CallResult): Promise<boolean> {
    const entry = this.#held(lease);
    if (entry !== undefined) this.#finish(entry, result);
    return await Promise.resolve(entry !== undefined);
  }

  async release(lease: Lease): Promise<boolean> {
    const entry = this.#held(lease);
    if (entry !== undefined) {
      this.#counts.running -= 1;
      this.#enqueue(entry);
    }
    return await Promise.resolve(entry !== undefined);
  }

  async end(id: CallId, reason: EndReason): Promise<EndAnswer> {
    await Promise.resolve();
    const entry = this.#entries.get(id);
    if (entry === undefined) return 'unknown';
    if (entry.state === 'done') return 'already_done';
    const finishedAt = this.#options.clock.now();
    const message = `Call ${id} was ended while it was ${entry.state}: ${reason}`;
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
    return await Promise.resolve({ ...this.#counts });
  }

  async status(id: CallId): Promise<CallStatus | undefined> {
    this.#kept.expire(this.#options.clock.monotonic());
    const entry = this.#entries.get(id);
    return await Promise.resolve(entry === undefined ? undefined : statusOf(entry));
  }

  async wait(id: CallId, signal: AbortSignal): Promise<CallStatus | undefined> {
    this.#kept.expire(this.#options.clock.monotonic());
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    if (entry.state !== 'done' && !signal.aborted) await doneOrAborted(entry, signal);
    if (entry.state === 'done' && entry.call.kind === 'sync') this.#forget(id);
    return statusOf(entry);
  }

  async ping(): Promise<true> {
    return await Promise.resolve(true);
  }

  async close(): Promise<void> {
    this.#endListeners.clear();
    await Promise.resolve();
  }

  #checkBounds(call: Call): void {
    const { queuedCallsMax, outstandingCallsPerUserMax } = this.#options;
    const { user } = call.function;
    const retry = { retryAfterSeconds: RETRY_AFTER_SECONDS };
    if (this.#outstandingOf(user) >= outstandingCallsPerUserMax) {
      const detail = `User ${user} has ${outstandingCallsPerUserMax} calls outstanding, which is the limit`;
      throw new FaasmError('user.limit', detail, retry);
    }
    if (this.#counts.queued >= queuedCallsMax) {
      throw new FaasmError('queue.full', `Queue holds ${queuedCallsMax} calls, which is the limit`, retry);
    }
  }

  #enqueue(entry: Entry): void {
    entry.state = 'queued';
    this.#counts.queued += 1;
    this.#waiting.push(entry);
    for (const wake of this.#takers) {
      wake();
      return;
    }
  }

  #takeWaiting(max: number): Lease[] {
    const leases: Lease[] = [];
    while (leases.length < max) {
      const entry = this.#waiting.shift();
      if (entry === undefined) break;
      if (entry.state !== 'queued') continue;
      entry.state = 'running';
      entry.delivery += 1;
      this.#counts.queued -= 1;
      this.#counts.running += 1;
      leases.push({ call: entry.call, delivery: entry.delivery, token: entry.call.id });
    }
    return leases;
  }

  async #moreWaiting(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      this.#takers.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    this.#takers.add(wake);
    signal.addEventListener('abort', wake);
    await promise;
  }

  /** The entry that the lease gives the right to, if it still does (I3). */
  #held(lease: Lease): Entry | undefined {
    const entry = this.#entries.get(lease.call.id);
    return entry?.state === 'running' && entry.delivery === lease.delivery ? entry : undefined;
  }

  #finish(entry: Entry, result: CallResult): void {
    this.#counts[entry.state] -= 1;
    this.#counts.done += 1;
    entry.state = 'done';
    entry.result = result;
    const handedOver = entry.call.kind === 'sync' && entry.waiters !== undefined && entry.waiters.size > 0;
    if (!handedOver) this.#kept.add(result, this.#options.clock.monotonic());
    const { user } = entry.call.function;
    const left = this.#outstandingOf(user) - 1;
    if (left === 0) this.#outstanding.delete(user);
    else this.#outstanding.set(user, left);
    for (const waiter of entry.waiters ?? []) waiter();
    entry.waiters = undefined;
  }

  #forget(id: CallId): void {
    this.#entries.delete(id);
    this.#kept.remove(id);
  }

  #outstandingOf(user: string): number {
    return this.#outstanding.get(user) ?? 0;
  }
}

function statusOf({ call, state, result }: Entry): CallStatus {
  const { id, kind, acceptedAt, deadlineAt } = call;
  return {
    id,
    kind,
    function: call.function,
    state,
    acceptedAt,
    deadlineAt,
    ...(result === undefined ? {} : { result }),
  };
}

async function doneOrAborted(entry: Entry, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => {
    entry.waiters?.delete(end);
    signal.removeEventListener('abort', end);
    resolve();
  };
  entry.waiters ??= new Set();
  entry.waiters.add(end);
  signal.addEventListener('abort', end);
  await promise;
}
