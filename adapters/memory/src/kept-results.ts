import type { CallId, CallResult } from '@faasm/protocol';

/** Bounds on what is kept. */
export interface KeptResultsOptions {
  /** How long a result is kept, in milliseconds. */
  readonly ttlMs: number;
  /** How many bytes of results are kept in total; the oldest go first. */
  readonly bytesMax: number;
  /** Told of each call whose result goes. */
  readonly onForgotten: (id: CallId) => void;
}

interface Kept {
  readonly bytes: number;
  readonly expiresAt: number;
}

/** What a result costs besides its bytes: objects, strings and map entries, estimated generously. */
export const RESULT_OVERHEAD_BYTES = 1_024;

/** Decides which results of ended calls are still there: bounded in time and in bytes. */
export class KeptResults {
  readonly #options: KeptResultsOptions;
  /** In the order of their expiry, because all live equally long. */
  readonly #kept = new Map<CallId, Kept>();
  #bytes = 0;

  constructor(options: KeptResultsOptions) {
    this.#options = options;
  }

  /** Whether nothing is kept, so that nothing can expire. */
  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  /** Keeps a result from `now` on, in milliseconds of the clock that {@link expire} is given too. */
  add(result: CallResult, now: number): void {
    const size = result.output.byteLength + result.stdout.byteLength + result.stderr.byteLength;
    const bytes = size + RESULT_OVERHEAD_BYTES;
    this.#kept.set(result.id, { bytes, expiresAt: now + this.#options.ttlMs });
    this.#bytes += bytes;
    this.expire(now);
  }

  /** Stops keeping a result that was handed over; its entry is the caller's to forget. */
  remove(id: CallId): void {
    this.#bytes -= this.#kept.get(id)?.bytes ?? 0;
    this.#kept.delete(id);
  }

  /** Lets go of what is too old, and of the oldest while there is too much. */
  expire(now: number): void {
    for (const [id, kept] of this.#kept) {
      if (kept.expiresAt > now && this.#bytes <= this.#options.bytesMax) return;
      this.#kept.delete(id);
      this.#bytes -= kept.bytes;
      this.#options.onForgotten(id);
    }
  }
}
