import type { RunningService } from '@faasm/chassis';
import { Heartbeat, WorkerLoop, type CallQueue, type CallRunner, type HostRegistry } from '@faasm/scheduler';
import type { Clock } from '@faasm/stdx';

/** What a call host is made of. */
export interface CallHostOptions {
  /** Unique to this incarnation of the process. */
  readonly host: string;
  readonly queue: CallQueue;
  readonly registry: HostRegistry;
  readonly runner: CallRunner;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  /** A user's share beside those of others; above 0. */
  readonly weightOf: (user: string) => number;
}

/** The part of a process that runs calls: it takes them from the queue and announces itself to the others. */
export class CallHost implements RunningService {
  readonly #loop: WorkerLoop;
  readonly #heartbeat: Heartbeat;
  readonly #runner: CallRunner;
  #draining = false;

  constructor(options: CallHostOptions) {
    const { host, runner, clock, registry, heartbeatMs } = options;
    const startedAt = clock.now();
    this.#runner = runner;
    this.#loop = new WorkerLoop(options);
    this.#heartbeat = new Heartbeat({
      registry,
      clock,
      intervalMs: heartbeatMs,
      record: () => ({ id: host, slots: runner.slots, busy: this.busy, startedAt, draining: this.#draining }),
    });
  }

  /** How many calls run now. */
  get busy(): number {
    return this.#loop.busy;
  }

  /** Begins to take calls. */
  async start(): Promise<void> {
    this.#loop.start();
    await this.#heartbeat.start();
  }

  /** Takes no more calls, lets the running ones end, and frees the threads. */
  async stop(impatient: AbortSignal): Promise<void> {
    this.#draining = true;
    await this.#heartbeat.beat();
    await this.#loop.drain(impatient);
    await this.#heartbeat.stop();
    await this.#runner.close();
  }
}
