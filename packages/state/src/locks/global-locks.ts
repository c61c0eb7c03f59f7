import type { StopSignal } from '@faasm/stdx';
import { formatStateKey, type StateKey } from '../state-key.ts';
import { HeldLock, type GlobalLocksOptions, type GrantedLock } from './held-lock.ts';
import { LocalLocks, type LockHolder } from './local-locks.ts';
import { untilStopped } from './until-stopped.ts';

/** Who waits for a lock. */
export interface LockWish {
  readonly holder: LockHolder;
  /** Aborted when nobody needs it any more. */
  readonly stop: StopSignal;
}

/** Between looks whether a lock is free that nobody told of, in milliseconds. */
const LOOK_AGAIN_MS = 250;

/**
 * The locks of the global tier that calls of this host hold or wait for. Of those who wait for one key, only the first
 * asks the global tier.
 */
export class GlobalLocks {
  readonly #options: GlobalLocksOptions;
  readonly #first = new LocalLocks();
  readonly #held = new Map<string, HeldLock>();
  /** Who holds the locks that calls of this host ask for, as the global tier last said. */
  readonly #heard = new Map<string, string>();

  constructor(options: GlobalLocksOptions) {
    this.#options = options;
  }

  /** The lock of a key that some call of this host holds, or believes to hold. */
  heldHere(key: StateKey): HeldLock | undefined {
    return this.#held.get(formatStateKey(key));
  }

  /** The call that holds a key's lock, here or elsewhere, as far as this host knows. */
  holderOf(key: StateKey): string | undefined {
    const name = formatStateKey(key);
    return this.#held.has(name) ? this.#first.holderOf(name) : this.#heard.get(name);
  }

  /** Waits for a lock. Undefined when the wish was given up meanwhile. Throws what the global tier throws. */
  async acquire(key: StateKey, wish: LockWish): Promise<HeldLock | undefined> {
    const name = formatStateKey(key);
    const { holder, stop } = wish;
    const turn = this.#first.acquire(name, { holder, mode: 'write' });
    if (turn !== undefined) await untilStopped(turn, stop);
    try {
      const granted = await this.#ask(key, wish);
      if (granted === undefined) {
        this.#leave(name, holder);
        return undefined;
      }
      const held = new HeldLock({ key, ...granted }, this.#options);
      this.#held.set(name, held);
      this.#heard.delete(name);
      if (!stop.aborted) return held;
      await this.release(held, holder);
      return undefined;
    } catch (error) {
      this.#leave(name, holder);
      throw error;
    }
  }

  /**
   * Gives a lock back. False when it was lost before. Throws what the global tier throws; then its lease ends by itself.
   * Until then the lock counts as held here, so that nobody pushes what a holder wrote that may have lost it (I7).
   */
  async release(held: HeldLock, holder: LockHolder): Promise<boolean> {
    const name = formatStateKey(held.key);
    const { lost } = held;
    held.stop();
    try {
      const isOwn = !lost && (await this.#options.global.unlock(held.key, held.token));
      if (!isOwn) held.noteLost();
      return isOwn;
    } finally {
      this.#held.delete(name);
      this.#leave(name, holder);
    }
  }

  #leave(name: string, holder: LockHolder): void {
    this.#first.leave(name, holder);
    if (this.#first.holderOf(name) === undefined) this.#heard.delete(name);
  }

  async #ask(key: StateKey, { holder, stop }: LockWish): Promise<GrantedLock | undefined> {
    const { global, clock, leaseMs } = this.#options;
    const name = formatStateKey(key);
    let unwatch: (() => void) | undefined;
    let changed = Promise.withResolvers<void>();
    try {
      while (!stop.aborted) {
        const askedAt = clock.monotonic();
        const answer = await global.tryLock(key, { holder: holder.name, leaseMs });
        if (answer.granted) return { token: answer.token, askedAt };
        this.#heard.set(name, answer.holder);
        if (unwatch === undefined) {
          unwatch = await global.watch(key, () => {
            changed.resolve();
          });
          // It may have been given back before anybody would have told.
          continue;
        }
        await this.#pause(changed.promise, { ms: Math.min(answer.leaseLeftMs + 1, LOOK_AGAIN_MS), stop });
        changed = Promise.withResolvers<void>();
      }
      return undefined;
    } finally {
      unwatch?.();
    }
  }

  /** Until something happens, at most some milliseconds. */
  async #pause(changed: Promise<void>, { ms, stop }: { ms: number; stop: StopSignal }): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(ms, resolve);
    await untilStopped(Promise.race([changed, promise]), stop);
    cancel();
  }
}
