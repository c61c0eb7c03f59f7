import type { Clock } from '@faasm/stdx';
import { CALL_EVENTS } from './call-events.ts';
import type { CallQueue, Lease } from './call-queue.ts';

/** What a keeper works with. */
export interface LeaseKeeperOptions {
  readonly queue: CallQueue;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** Told once when a lease is no longer ours, or can no longer be known to be. */
  readonly onLost: (lease: Lease) => void;
}

/** A lease is renewed this many times in its life, so that a lost renewal or two do not lose it. */
const RENEWALS_PER_LEASE = 3;

/** Renews the leases of running calls, with one timer for all of them: most calls end before their first renewal. */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  /** When each lease was last known to be ours, by the monotone clock. */
  readonly #heldAt = new Map<Lease, number>();
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  /** Keeps a lease that was taken just now. */
  add(lease: Lease): void {
    this.#heldAt.set(lease, this.#options.clock.monotonic());
    this.#schedule();
  }

  remove(lease: Lease): void {
    this.#heldAt.delete(lease);
  }

  /** Whether the lease can still be ours: its time since the last renewal is not up. */
  mayHold(lease: Lease): boolean {
    const heldAt = this.#heldAt.get(lease);
    return heldAt !== undefined && this.#options.clock.monotonic() - heldAt < this.#options.leaseMs;
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
  }

  #schedule(): void {
    if (this.#closed || this.#cancelTimer !== undefined) return;
    const { clock, leaseMs } = this.#options;
    this.#cancelTimer = clock.after(leaseMs / RENEWALS_PER_LEASE, () => {
      void this.#renewAll().finally(() => {
        this.#cancelTimer = undefined;
        if (this.#heldAt.size > 0) this.#schedule();
      });
    });
  }

  async #renewAll(): Promise<void> {
    await Promise.all(
      this.#heldAt.keys().map(async (lease) => {
        await this.#renew(lease);
      }),
    );
  }

  async #renew(lease: Lease): Promise<void> {
    const { queue, clock, onLost } = this.#options;
    const askedAt = clock.monotonic();
    try {
      const held = await queue.renew(lease);
      if (!this.#heldAt.has(lease)) return;
      if (held) {
        this.#heldAt.set(lease, askedAt);
        return;
      }
    } catch (error) {
      if (CALL_EVENTS.trouble.hasSubscribers) CALL_EVENTS.trouble.publish({ doing: 'renew', error });
      if (this.mayHold(lease) || !this.#heldAt.has(lease)) return;
    }
    this.#heldAt.delete(lease);
    onLost(lease);
  }
}
