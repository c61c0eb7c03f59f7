import type { Clock } from '@faasm/stdx';

/** How long an answer about readiness is used again, in milliseconds: probes come often and the check is real. */
const READY_CACHE_MS = 1_000;

/** Answers whether this process can serve: runs the check at most once a second, however often it is asked. */
export class Readiness {
  readonly #check: () => Promise<void>;
  readonly #clock: Clock;
  #answer: Promise<Error | undefined> | undefined;
  #answeredAt = 0;
  #draining = false;

  /** `check` resolves when the process can serve and throws the reason when it cannot. */
  constructor(check: () => Promise<void>, clock: Clock) {
    this.#check = check;
    this.#clock = clock;
  }

  /** Undefined when ready, else why not. */
  async reason(): Promise<Error | undefined> {
    if (this.#draining) return new Error('Server is shutting down');
    const now = this.#clock.monotonic();
    if (this.#answer === undefined || now - this.#answeredAt >= READY_CACHE_MS) {
      this.#answeredAt = now;
      this.#answer = this.#check().then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      );
    }
    return await this.#answer;
  }

  /** Whether the process is about to end. */
  get draining(): boolean {
    return this.#draining;
  }

  /** From now on the process is not ready, so that load balancers leave it alone. */
  drain(): void {
    this.#draining = true;
  }
}
