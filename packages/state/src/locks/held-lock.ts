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

/** A lock that the global tier has granted. */
export interface GrantedLock {
  readonly token: number;
  /** When it was asked for, before which its lease cannot have begun; monotone, in milliseconds. */
  readonly askedAt: number;
}

/** A lock of the global tier that a call of this host was granted: it is renewed until it is stopped or lost. */
export class HeldLock {
  readonly key: StateKey;
  readonly token: number;
  readonly #options: GlobalLocksOptions;
  /** When a renewal was asked for that succeeded, or the lock itself; monotone. */
  #renewedAt: number;
  #cancelRenewal: (() => void) | undefined;
  #cancelEnd: (() => void) | undefined;
  #stopped = false;
  #lost = false;

  constructor({ key, token, askedAt }: GrantedLock & { key: StateKey }, options: GlobalLocksOptions) {
    this.key = key;
    this.token = token;
    this.#options = options;
    this.#renewedAt = askedAt;
    this.#schedule();
    this.#awaitEnd();
  }

  /** Whether its lease ran out: nothing can be pushed under it any more. */
  get lost(): boolean {
    if (!this.#stopped && this.#leaseLeftMs <= 0) this.noteLost();
    return this.#lost;
  }

  /** The lock is not this call's any more, whatever it believed. */
  noteLost(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.stop();
    this.#options.onLost(this.key);
  }

  /** Ends the renewals. */
  stop(): void {
    this.#stopped = true;
    this.#cancelRenewal?.();
    this.#cancelEnd?.();
  }

  /** It began no earlier in the global tier, so that it ends there no earlier either. */
  get #leaseLeftMs(): number {
    return this.#renewedAt + this.#options.leaseMs - this.#options.clock.monotonic();
  }

  #schedule(): void {
    const { clock, leaseMs } = this.#options;
    this.#cancelRenewal = clock.after(leaseMs / 3, () => void this.#renew());
  }

  /** A lease ends also while nobody answers. */
  #awaitEnd(): void {
    this.#cancelEnd = this.#options.clock.after(this.#leaseLeftMs, () => {
      if (!this.lost) this.#awaitEnd();
    });
  }

  async #renew(): Promise<void> {
    const askedAt = this.#options.clock.monotonic();
    const renewed = await this.#isRenewed();
    if (this.#stopped) return;
    if (renewed === true) this.#renewedAt = askedAt;
    if (renewed === false) this.noteLost();
    else if (!this.lost) this.#schedule();
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
