import type { Clock, StopSignal } from '@faasm/stdx';

/** Resolves after `delayMs` milliseconds, or as soon as `signal` aborts. */
export async function pause(clock: Clock, delayMs: number, signal?: StopSignal): Promise<void> {
  if (signal?.aborted === true) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => {
    resolve();
  };
  const cancel = clock.after(delayMs, end);
  signal?.addEventListener('abort', end, { once: true });
  await promise;
  cancel();
  signal?.removeEventListener('abort', end);
}
