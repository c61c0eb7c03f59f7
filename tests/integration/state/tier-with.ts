import type { GlobalTier } from '@faasm/state';

/** A tier that does some things otherwise, so that tests can see what comes of it. */
export function tierWith(tier: GlobalTier, otherwise: Partial<GlobalTier>): GlobalTier {
  return { ...tierBehind(tier, async () => await Promise.resolve()), ...otherwise };
}

/** A tier that begins with everything when `gate` lets it, and rejects as `gate` does. */
export function tierBehind(tier: GlobalTier, gate: () => Promise<void>): GlobalTier {
  const behind = async <T>(work: () => Promise<T>): Promise<T> => {
    await gate();
    return await work();
  };
  return {
    describe: (key) => behind(() => tier.describe(key)),
    read: (key, terms) => behind(() => tier.read(key, terms)),
    push: (key, push) => behind(() => tier.push(key, push)),
    increment: (key, delta, terms) => behind(() => tier.increment(key, delta, terms)),
    delete: (key, terms) => behind(() => tier.delete(key, terms)),
    list: (user, page) => behind(() => tier.list(user, page)),
    append: (key, element) => behind(() => tier.append(key, element)),
    readAppended: (key, terms) => behind(() => tier.readAppended(key, terms)),
    clearAppended: (key) => behind(() => tier.clearAppended(key)),
    tryLock: (key, terms) => behind(() => tier.tryLock(key, terms)),
    renewLock: (key, token, leaseMs) => behind(() => tier.renewLock(key, token, leaseMs)),
    unlock: (key, token) => behind(() => tier.unlock(key, token)),
    watch: (key, listener) => behind(() => tier.watch(key, listener)),
    close: () => tier.close(),
  };
}
