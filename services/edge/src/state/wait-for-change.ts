import type { GlobalTier, StateKey, ValueInfo } from '@faasm/state';

/** What is waited for. */
export interface ChangeWait {
  /** Whether this is still what there was; undefined when there is no value. */
  readonly isKnown: (info: ValueInfo | undefined) => boolean;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

/** Describes a value: at once when it is not the known one, else after the change that makes it another or the end of the wait. */
export async function waitForChange(
  tier: GlobalTier,
  key: StateKey,
  { isKnown, signal }: ChangeWait,
): Promise<ValueInfo | undefined> {
  let next = Promise.withResolvers<void>();
  const wake = (): void => {
    next.resolve();
  };
  signal.addEventListener('abort', wake);
  const stop = await tier.watch(key, wake);
  try {
    for (;;) {
      next = Promise.withResolvers();
      const info = await tier.describe(key);
      if (!isKnown(info) || signal.aborted) return info;
      await next.promise;
    }
  } finally {
    stop();
    signal.removeEventListener('abort', wake);
  }
}
