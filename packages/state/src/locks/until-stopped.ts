import type { StopSignal } from '@faasm/stdx';

/** Resolves with `work`, or when nobody waits for it any more. */
export async function untilStopped(work: Promise<void>, stop: StopSignal): Promise<void> {
  if (stop.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  stop.addEventListener('abort', resolve);
  await Promise.race([work, promise]);
  stop.removeEventListener('abort', resolve);
}
