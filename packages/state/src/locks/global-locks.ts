import type { StopSignal } from '@faasm/stdx';
import { formatStateKey, type StateKey } from '../state-key.ts';
import { HeldLock, type GlobalLocksOptions } from './held-lock.ts';
import { LocalLocks } from './local-locks.ts';

/** Who waits for a lock. */
export interface LockWish {
  readonly holder: string;
  /** Aborted when nobody needs it any more. */
  readonly stop: StopSignal;
  /** Told who is waited for, whenever that is known. */
  readonly waitsFor: (holder: string) => void;
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

  constructor(options: GlobalLocksOptions) {
    this.#options = options;
  }

  /** The lock of a key that some call of this host holds, or believes to hold. */
  heldHere(key: StateKey): HeldLock | undefined {
    return this.#held.get(formatStateKey(key));
  }

  /** Who of this host holds a key's lock. */
  holderHere(key: StateKey): string | undefined {
    return this.#first.holderOf(formatStateKey(key));
  }

  /** Waits for a lock. Undefined when the wish was given up meanwhile. Throws what the global tier throws. */
  async acquire(key: StateKey, wish: LockWish): Promise<HeldLock | undefined> {
    const name = formatStateKey(key);
    const { holder, stop } = wish;
    const turn = this.#first.acquire(name, { holder, mode: 'write' });
    const leave = (): void => {
      this.#first.leave(name, holder);
    };
    if (turn !== undefined) {
      wish.waitsFor(this.#first.holderOf(name) ?? 'another call');
      await untilStopped(turn, stop);
    }
    try {
      const token = await this.#ask(key, wish);
      if (token === undefined) {
        leave();
        return undefined;
      }
      const held = new HeldLock({ key, token }, this.#options);
      this.#held.set(name, held);
      if (!stop.aborted) return held;
      await this.release(held, holder);
      return undefined;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Gives a lock back. Throws what the global tier throws; then its lease ends by itself. */
  async release(held: HeldLock, holder: string): Promise<void> {
    const name = formatStateKey(held.key);
    held.stop();
    this.#held.delete(name);
    try {
      if (!held.lost) await this.#options.global.unlock(held.key, held.token);
    } finally {
      this.#first.leave(name, holder);
    }
  }

  async #ask(key: StateKey, { holder, stop, waitsFor }: LockWish): Promise<number | undefined> {
    const { global, leaseMs } = this.#options;
    let unwatch: (() => void) | undefined;
    let changed = Promise.withResolvers<void>();
    try {
      while (!stop.aborted) {
        const answer = await global.tryLock(key, { holder, leaseMs });
        if (answer.granted) return answer.token;
        waitsFor(answer.holder);
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

/** Resolves with `work`, or when nobody waits any more. */
async function untilStopped(work: Promise<void>, stop: StopSignal): Promise<void> {
  if (stop.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  stop.addEventListener('abort', resolve);
  await Promise.race([work, promise]);
  stop.removeEventListener('abort', resolve);
}
