import { isFaasmError } from '@faasm/protocol';
import type { Clock } from '@faasm/stdx';
import type { GlobalTier } from '../global-tier.ts';
import type { StateKey } from '../state-key.ts';

/** What global locks work with. */
export interface GlobalLocksOptions {
  readonly global: GlobalTier;
  readonly clock: Clock;
  /** After which a lock is lost whose host has gone silent, in milliseconds; it is renewed at a third of it. */
  readonly leaseMs: number;
  /** Told at once when a lock turns out to be lost. */
  readonly onLost: (key: StateKey) => void;
}

/** A lock of the global tier that a call of this host was granted: it is renewed until it is stopped or lost. */
export class HeldLock {
  readonly key: StateKey;
  readonly token: number;
  readonly #options: GlobalLocksOptions;
  /** When a renewal was asked for that succeeded, or the lock itself; monotone. */
  #renewedAt: number;
  #cancel: (() => void) | undefined;
  #stopped = false;
  #lost = false;

  constructor({ key, token }: { key: StateKey; token: number }, options: GlobalLocksOptions) {
    this.key = key;
    this.token = token;
    this.#options = options;
    this.#renewedAt = options.clock.monotonic();
    this.#schedule();
  }

  /** Whether its lease ran out: nothing can be pushed under it any more. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Ends the renewals. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #schedule(): void {
    const { clock, leaseMs } = this.#options;
    this.#cancel = clock.after(leaseMs / 3, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const { clock, leaseMs, onLost } = this.#options;
    const askedAt = clock.monotonic();
    const renewed = await this.#isRenewed();
    if (this.#stopped) return;
    if (renewed === true) this.#renewedAt = askedAt;
    if (renewed === false || clock.monotonic() - this.#renewedAt >= leaseMs) {
      this.#lost = true;
      onLost(this.key);
    } else this.#schedule();
  }

  /** Undefined when the global tier does not answer. */
  async #isRenewed(): Promise<boolean | undefined> {
    const { global, leaseMs } = this.#options;
    try {
      return await global.renewLock(this.key, this.token, leaseMs);
    } catch (error) {
      if (isFaasmError(error)) return undefined;
      throw error;
    }
  }
}
