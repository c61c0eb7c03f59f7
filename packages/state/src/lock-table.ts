import type { Clock } from '@faasm/stdx';
import { isHeld, type LockRecord } from './change-rules.ts';
import type { LockAnswer, LockTerms } from './global-tier.ts';
import { formatStateKey, type StateKey } from './state-key.ts';

/** From so many locks on, those whose lease is over are forgotten from time to time. */
const LOCKS_TO_PRUNE = 1_024;

/** What a table of locks needs. */
export interface LockTableOptions {
  /** Of the leases; a wall clock that jumps would end them. */
  readonly clock: Pick<Clock, 'monotonic'>;
  /** A token that is larger than all before (I7). */
  readonly nextToken: () => number;
}

/** The locks of a tier that has one process only: they are free when it ends. */
export class LockTable {
  readonly #options: LockTableOptions;
  readonly #locks = new Map<string, LockRecord>();
  #pruneAt = LOCKS_TO_PRUNE;

  constructor(options: LockTableOptions) {
    this.#options = options;
  }

  /** How many locks there are, and were that nobody gave back, at most {@link LOCKS_TO_PRUNE} or twice those that are held. */
  get size(): number {
    return this.#locks.size;
  }

  /** What a change of the key that is made now is bound to. */
  recordOf(key: StateKey): { readonly lock: LockRecord | undefined; readonly now: number } {
    return { lock: this.#locks.get(formatStateKey(key)), now: this.#options.clock.monotonic() };
  }

  /** Grants a lock that is free. */
  tryLock(key: StateKey, { holder, leaseMs }: LockTerms): LockAnswer {
    const { lock, now } = this.recordOf(key);
    if (isHeld(lock, now)) return { granted: false, holder: lock.holder, leaseLeftMs: lock.until - now };
    const token = this.#options.nextToken();
    this.#prune(now);
    this.#locks.set(formatStateKey(key), { token, holder, until: now + leaseMs });
    return { granted: true, token };
  }

  /** Lets a lease last `leaseMs` from now. False when the lock was lost. */
  renew(key: StateKey, token: number, leaseMs: number): boolean {
    const { lock, now } = this.recordOf(key);
    if (!isHeld(lock, now) || lock.token !== token) return false;
    this.#locks.set(formatStateKey(key), { ...lock, until: now + leaseMs });
    return true;
  }

  /** Gives a lock back. False when it was lost. */
  unlock(key: StateKey, token: number): boolean {
    const { lock, now } = this.recordOf(key);
    return isHeld(lock, now) && lock.token === token && this.#locks.delete(formatStateKey(key));
  }

  #prune(now: number): void {
    if (this.#locks.size < this.#pruneAt) return;
    for (const [name, lock] of this.#locks) if (!isHeld(lock, now)) this.#locks.delete(name);
    this.#pruneAt = Math.max(LOCKS_TO_PRUNE, 2 * this.#locks.size);
  }
}
