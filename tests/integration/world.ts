import { MemoryBackend, MemoryLogFeed } from '@faasm/adapter-memory';
import type { Call, CallResult } from '@faasm/protocol';
import {
  CallGateway,
  endedResult,
  WorkerLoop,
  type CallQueue,
  type CallRunner,
  type CallTerms,
} from '@faasm/scheduler';
import type { Clock } from '@faasm/stdx';

/** A clock that a test moves; timers fire when the time has come. */
class TestClock implements Clock {
  #nowMs = 1_700_000_000_000;
  readonly #timers = new Set<{ readonly at: number; readonly fire: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#nowMs + delayMs, fire: callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Lets time pass, and then everything that follows from it. */
  async pass(ms: number): Promise<void> {
    this.#nowMs += ms;
    for (const timer of this.#timers) {
      if (timer.at > this.#nowMs) continue;
      this.#timers.delete(timer);
      timer.fire();
    }
    await settled();
  }
}

/** Resolves when everything that waits for nothing outside has run. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A call that runs, in the hands of the test. */
interface RunningCall {
  readonly call: Call;
  readonly signal: AbortSignal;
  /** Ends it with success. */
  succeed(): void;
  /** Breaks the host: the runner rejects. */
  crash(error: Error): void;
}

/** A runner whose guests are played by the test: each call waits in `running` until the test ends it. */
class PlayedRunner implements CallRunner {
  slots: number;
  readonly reserve: number;
  readonly running: RunningCall[] = [];
  /** Users of calls that only wait, once for each. */
  waiting: string[] = [];

  constructor({ slots, reserve }: { slots: number; reserve: number }) {
    this.slots = slots;
    this.reserve = reserve;
  }

  waitingCalls(): ReadonlyMap<string, number> {
    return new Map(
      [...Map.groupBy(this.waiting, (user) => user)].map(([user, { length }]) => [user, length]),
    );
  }

  async run(call: Call, signal: AbortSignal): Promise<CallResult> {
    const { promise, resolve, reject } = Promise.withResolvers<CallResult>();
    const ended = endedResult(call, { code: 'server.internal', message: '', finishedAt: 0, host: 'played' });
    const succeed = (): void => {
      resolve({ ...ended, outcome: { type: 'success' }, output: call.input });
    };
    const stopped = (): void => {
      resolve({
        ...ended,
        outcome: { type: 'error', code: 'call.cancelled', message: String(signal.reason) },
      });
    };
    signal.addEventListener('abort', stopped, { once: true });
    this.running.push({ call, signal, succeed, crash: reject });
    return await promise;
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

/** A gateway, a queue and a worker that a test has for itself. */
export interface World {
  readonly clock: TestClock;
  readonly backend: MemoryBackend;
  readonly feed: MemoryLogFeed;
  readonly gateway: CallGateway;
  readonly runner: PlayedRunner;
  readonly loop: WorkerLoop;
}

/** What a test may want otherwise. */
export interface WorldOptions {
  readonly slots?: number;
  readonly reserve?: number;
  readonly weightOf?: (user: string) => number;
  /** Of every function but the unknown one. */
  readonly terms?: CallTerms;
  /** Wraps the queue that the worker sees. */
  readonly queue?: (queue: CallQueue) => CallQueue;
}

/** How long the worker may be silent, in milliseconds of the clock that the test moves. */
export const LEASE_MS = 9_000;

/** Name of the function that there is not. */
export const UNKNOWN = 'nobody';

/** Makes a world; its worker has not begun to take calls. */
export function makeWorld({
  slots = 1,
  reserve = 0,
  weightOf = () => 1,
  terms = {
    inputBytesMax: 1_000,
    argumentRoom: { arguments: 64, bytes: 16_384 },
    timeoutMs: 60_000,
    timeoutMaxMs: 100_000,
  },
  queue = (same) => same,
}: WorldOptions = {}): World {
  const clock = new TestClock();
  const bounds = {
    queuedCallsMax: 100,
    queuedBytesMax: 1_000_000,
    weightOf,
    outstandingCallsPerUserMax: 100,
    resultTtlMs: 60_000,
    resultBytesMax: 1_000_000,
  };
  const backend = new MemoryBackend({ clock, ...bounds });
  const runner = new PlayedRunner({ slots, reserve });
  const feed = new MemoryLogFeed();
  const gateway = new CallGateway({
    queue: backend,
    results: backend,
    feed,
    termsOf: async ({ name }) => await Promise.resolve(name === UNKNOWN ? undefined : terms),
    clock,
  });
  const loop = new WorkerLoop({
    queue: queue(backend),
    runner,
    clock,
    host: 'played',
    leaseMs: LEASE_MS,
    weightOf,
  });
  return { clock, backend, feed, gateway, runner, loop };
}
