import {
  formatStateKey,
  type LockAnswer,
  type LockRecord,
  type LockTerms,
  type StateKey,
} from '@faasm/state';
import type { Clock } from '@faasm/stdx';

/** Tokens that are set aside at once, so that few locks wait for the disk. */
const TOKENS_RESERVED = 1_000;

/** From so many locks on, those whose lease is over are forgotten from time to time. */
const LOCKS_TO_PRUNE = 1_024;

/** What a table of locks needs. */
export interface LockTableOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Sets `count` tokens aside that are never given out again, not even after a restart; resolves with the last of them. */
  readonly reserve: (count: number) => Promise<number>;
}

/**
 * Locks of this process: nobody else has the file, so that they are free when the process ends. Their tokens are of one row
 * that only grows (I7).
 */
export class LockTable {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #reserve: (count: number) => Promise<number>;
  readonly #locks = new Map<string, LockRecord>();
  #nextToken = 1;
  #lastToken = 0;
  #refill: Promise<void> | undefined;
  #pruneAt = LOCKS_TO_PRUNE;

  constructor({ clock, reserve }: LockTableOptions) {
    this.#clock = clock;
    this.#reserve = reserve;
  }

  /** What a change of the key that is sent now is bound to. */
  recordOf(key: StateKey): { readonly lock: LockRecord | undefined; readonly now: number } {
    return { lock: this.#locks.get(formatStateKey(key)), now: this.#clock.monotonic() };
  }

  async tryLock(key: StateKey, { holder, leaseMs }: LockTerms): Promise<LockAnswer> {
    while (this.#nextToken > this.#lastToken) await (this.#refill ??= this.#takeMore());
    const { lock, now } = this.recordOf(key);
    if (lock !== undefined && lock.until > now)
      return { granted: false, holder: lock.holder, leaseLeftMs: lock.until - now };
    const token = this.#nextToken++;
    this.#prune(now);
    this.#locks.set(formatStateKey(key), { token, holder, until: now + leaseMs });
    return { granted: true, token };
  }

  /** False when the lock was lost. */
  renew(key: StateKey, token: number, leaseMs: number): boolean {
    const { lock, now } = this.recordOf(key);
    if (lock?.token !== token || lock.until <= now) return false;
    this.#locks.set(formatStateKey(key), { ...lock, until: now + leaseMs });
    return true;
  }

  /** False when the lock was lost. */
  unlock(key: StateKey, token: number): boolean {
    const { lock, now } = this.recordOf(key);
    if (lock?.token !== token || lock.until <= now) return false;
    return this.#locks.delete(formatStateKey(key));
  }

  async #takeMore(): Promise<void> {
    try {
      this.#lastToken = await this.#reserve(TOKENS_RESERVED);
      this.#nextToken = this.#lastToken - TOKENS_RESERVED + 1;
    } finally {
      this.#refill = undefined;
    }
  }

  #prune(now: number): void {
    if (this.#locks.size < this.#pruneAt) return;
    for (const [name, { until }] of this.#locks) if (until <= now) this.#locks.delete(name);
    this.#pruneAt = Math.max(LOCKS_TO_PRUNE, 2 * this.#locks.size);
  }
}
