import { FaasmError, isFaasmError, type Call, type CallId, type CallResult } from '@faasm/protocol';
import { deferred, Stop, type Clock, type Deferred } from '@faasm/stdx';
import { CALL_EVENTS, type WorkerTrouble } from './call-events.ts';
import type { CallQueue, Lease } from './call-queue.ts';
import type { CallRunner } from './call-runner.ts';
import { endedResult } from './ended-result.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { pause } from './pause.ts';

/** What a worker loop works with. */
export interface WorkerLoopOptions {
  readonly queue: CallQueue;
  readonly runner: CallRunner;
  readonly clock: Clock;
  /** Name of this host in results. */
  readonly host: string;
  /** How long a lease lasts without renewal, in milliseconds. */
  readonly leaseMs: number;
  /** A user's share of the reserve beside those of others; above 0. */
  readonly weightOf: (user: string) => number;
}

interface Running {
  readonly id: CallId;
  readonly user: string;
  readonly stop: Stop;
}

/** A result that a queue did not take, or an undefined one for a call that it did not take back. */
interface FailedPersisting {
  readonly result: CallResult | undefined;
  readonly error: unknown;
}

/** How long to leave a queue alone that does not answer. */
const RETRY_PAUSE_MS = 200;

/** How often to look whether running calls only wait, so that there are more slots, while none is free; in milliseconds. */
const SLOTS_LOOK_MS = 10;

/** How often to look for calls that the reserve is for, at most, in milliseconds: half of the above, as timers may be early. */
const RESERVE_LOOK_MS = SLOTS_LOOK_MS / 2;

/**
 * Takes calls from the queue while the runner has free slots, runs them, and settles them. While none is free it takes
 * those of users who hold few slots: then a user may hold as many as are left of the reserve, times the weight. So nobody
 * keeps others out by calls that take long, and whoever comes new finds room.
 */
export class WorkerLoop {
  readonly #options: WorkerLoopOptions;
  readonly #stopTaking = new AbortController();
  readonly #leases: LeaseKeeper;
  /** No more than there are slots, so that a list is searched faster than a map is kept. */
  readonly #running: Running[] = [];
  readonly #unsubscribe: () => void;
  /** Of who waits for a slot; undefined while nobody does. */
  #slotFreed: Deferred<void> | undefined;
  #handBack = false;
  #lookedForOthersAt = Number.NEGATIVE_INFINITY;
  #taking: Promise<void> = Promise.resolve();

  constructor(options: WorkerLoopOptions) {
    this.#options = options;
    this.#leases = new LeaseKeeper({
      queue: options.queue,
      clock: options.clock,
      leaseMs: options.leaseMs,
      onLost: (lease) => {
        this.#stop(lease.call.id, 'its lease was lost');
      },
    });
    this.#unsubscribe = options.queue.onEnded((id) => {
      this.#stop(id, 'it was ended from outside');
    });
  }

  /** How many calls run now. */
  get busy(): number {
    return this.#running.length;
  }

  /** Begins to take calls. Call it once. */
  start(): void {
    this.#taking = this.#takeUntilStopped();
  }

  /**
   * Takes no more calls and waits for those that run. When `impatient` aborts first, the rest is stopped:
   * asynchronous calls are handed back to the queue, synchronous ones end as `server.draining`.
   */
  async drain(impatient: AbortSignal): Promise<void> {
    this.#stopTaking.abort();
    const stopAll = (): void => {
      this.#handBack = true;
      for (const { id } of this.#running) this.#stop(id, 'the server is shutting down');
    };
    impatient.addEventListener('abort', stopAll, { once: true });
    if (impatient.aborted) stopAll();
    await this.#taking;
    while (this.#running.length > 0) await this.#slotFreedOrLooked();
    impatient.removeEventListener('abort', stopAll);
    this.#leases.close();
    this.#unsubscribe();
  }

  async #takeUntilStopped(): Promise<void> {
    const { queue, runner, clock } = this.#options;
    const { signal } = this.#stopTaking;
    while (!signal.aborted) {
      const free = runner.slots - this.#running.length;
      const left = runner.reserve + free;
      if (free <= 0 && (left <= 0 || !this.#mayLookForOthers())) {
        await this.#slotMayBeFree();
        continue;
      }
      try {
        const leases = free > 0 ? await queue.take({ max: free, signal }) : await this.#takeOther(left);
        for (const lease of leases) this.#begin(lease);
      } catch (error) {
        report({ doing: 'take', error });
        await pause(clock, RETRY_PAUSE_MS, signal);
      }
    }
  }

  #mayLookForOthers(): boolean {
    return this.#options.clock.monotonic() - this.#lookedForOthersAt >= RESERVE_LOOK_MS;
  }

  /** A call for the reserve, of which so many are left. One at a time, as each leaves less for the next one's user. */
  async #takeOther(left: number): Promise<Lease[]> {
    const { queue, clock } = this.#options;
    const lease = await queue.takeOther(this.#usersWithShare(left));
    if (lease !== undefined) return [lease];
    this.#lookedForOthersAt = clock.monotonic();
    return [];
  }

  /** Users who hold as many slots as they may while no more than `left` are left. */
  #usersWithShare(left: number): ReadonlySet<string> {
    const { runner, weightOf } = this.#options;
    const waiting = runner.waitingCalls();
    const held = new Map<string, number>();
    for (const { user } of this.#running) held.set(user, (held.get(user) ?? 0) + 1);
    for (const [user, calls] of waiting) held.set(user, (held.get(user) ?? 0) - calls);
    return new Set([...held.keys()].filter((user) => (held.get(user) ?? 0) >= weightOf(user) * left));
  }

  /** Runs a call, and settles it or hands it back. */
  #begin(lease: Lease): void {
    const { call } = lease;
    const running = { id: call.id, user: call.function.user, stop: new Stop() };
    this.#running.push(running);
    this.#leases.add(lease);
    const ran = (result: CallResult): void => {
      this.#ran(lease, { running, result });
    };
    const late = this.#tooLate(call);
    if (late !== undefined) ran(late);
    else {
      this.#run(call, running.stop).then(ran, (error: unknown) => {
        ran(this.#brokenRun(call, error));
      });
    }
  }

  #run(call: Call, stop: Stop): Promise<CallResult> {
    try {
      return this.#options.runner.run(call, stop);
    } catch (error) {
      return Promise.reject(asError(error));
    }
  }

  #ran(lease: Lease, { running, result }: { running: Running; result: CallResult }): void {
    const handedBack = running.stop.aborted && this.#handBack && lease.call.kind === 'async';
    const persisted = this.#persist(lease, handedBack ? undefined : result);
    const ended = (settled: boolean): void => {
      if (!handedBack && CALL_EVENTS.finished.hasSubscribers)
        CALL_EVENTS.finished.publish({ call: lease.call, result, settled });
      this.#leases.remove(lease);
      this.#running.splice(this.#running.indexOf(running), 1);
      this.#lookForSlots();
    };
    if (typeof persisted === 'boolean') ended(persisted);
    else void persisted.then(ended);
  }

  async #slotMayBeFree(): Promise<void> {
    const cancel = this.#options.clock.after(SLOTS_LOOK_MS, () => {
      this.#lookForSlots();
    });
    await this.#slotFreedOrLooked();
    cancel();
  }

  async #slotFreedOrLooked(): Promise<void> {
    this.#slotFreed ??= deferred();
    await this.#slotFreed.promise;
  }

  #lookForSlots(): void {
    this.#slotFreed?.resolve();
    this.#slotFreed = undefined;
  }

  /** How a call ends whose deadline has passed in the queue. */
  #tooLate(call: Call): CallResult | undefined {
    const { clock, host } = this.#options;
    if (clock.now() < call.deadlineAt) return undefined;
    const message = `Call ${call.id} waited longer than its ${call.deadlineAt - call.acceptedAt} ms`;
    return endedResult(call, { code: 'call.deadline', message, finishedAt: clock.now(), host });
  }

  #brokenRun(call: Call, error: unknown): CallResult {
    const { clock, host } = this.#options;
    report({ doing: 'run', error });
    const code = isFaasmError(error) ? error.code : 'server.internal';
    const message = isFaasmError(error) ? error.message : `Host ${host} failed to run call ${call.id}`;
    return endedResult(call, { code, message, finishedAt: clock.now(), host });
  }

  /**
   * Settles a call, or hands it back if it has no result. Tries until the queue answers or the lease must have run out: after
   * that the call belongs to another worker.
   */
  #persist(lease: Lease, result: CallResult | undefined): boolean | Promise<boolean> {
    const { queue } = this.#options;
    try {
      const attempt = result === undefined ? queue.release(lease) : queue.settle(lease, result);
      if (typeof attempt === 'boolean') return attempt;
      return attempt.catch((error: unknown) => this.#persistLater(lease, { result, error }));
    } catch (error) {
      return this.#persistLater(lease, { result, error });
    }
  }

  async #persistLater(lease: Lease, { result, error }: FailedPersisting): Promise<boolean> {
    report({ doing: 'settle', error });
    if (!this.#leases.mayHold(lease)) return false;
    await pause(this.#options.clock, RETRY_PAUSE_MS);
    return await this.#persist(lease, result);
  }

  #stop(id: CallId, why: string): void {
    const code = this.#handBack ? 'server.draining' : 'call.cancelled';
    const running = this.#running.find((each) => each.id === id);
    running?.stop.abort(new FaasmError(code, `Call ${id} was stopped: ${why}`));
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function report(trouble: WorkerTrouble): void {
  if (CALL_EVENTS.trouble.hasSubscribers) CALL_EVENTS.trouble.publish(trouble);
}
