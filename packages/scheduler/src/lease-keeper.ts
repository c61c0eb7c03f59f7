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

interface Held {
  readonly lease: Lease;
  /** When it was last known to be ours, by the monotone clock. */
  at: number;
}

/** A lease is renewed this many times in its life, so that a lost renewal or two do not lose it. */
const RENEWALS_PER_LEASE = 3;

/** Renews the leases of running calls, with one timer for all of them: most calls end before their first renewal. */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  /** No more than a host has slots, so that a list is searched faster than a map is kept. */
  readonly #held: Held[] = [];
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  /** Keeps a lease that was taken just now. */
  add(lease: Lease): void {
    this.#held.push({ lease, at: this.#options.clock.monotonic() });
    this.#schedule();
  }

  remove(lease: Lease): void {
    const index = this.#held.findIndex((held) => held.lease === lease);
    if (index >= 0) this.#held.splice(index, 1);
  }

  /** Whether the lease can still be ours: its time since the last renewal is not up. */
  mayHold(lease: Lease): boolean {
    const held = this.#held.find((each) => each.lease === lease);
    return held !== undefined && this.#options.clock.monotonic() - held.at < this.#options.leaseMs;
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
        if (this.#held.length > 0) this.#schedule();
      });
    });
  }

  async #renewAll(): Promise<void> {
    await Promise.all(
      this.#held.map(async (held) => {
        await this.#renew(held);
      }),
    );
  }

  async #renew(held: Held): Promise<void> {
    const { queue, clock, onLost } = this.#options;
    const { lease } = held;
    const askedAt = clock.monotonic();
    try {
      const stillOurs = await queue.renew(lease);
      if (!this.#held.includes(held)) return;
      if (stillOurs) {
        held.at = askedAt;
        return;
      }
    } catch (error) {
      if (CALL_EVENTS.trouble.hasSubscribers) CALL_EVENTS.trouble.publish({ doing: 'renew', error });
      if (this.mayHold(lease) || !this.#held.includes(held)) return;
    }
    this.remove(lease);
    onLost(lease);
  }
}
