import { setTimeout as sleep } from 'node:timers/promises';

/** Pause between two attempts, in milliseconds. */
const PAUSE_MS = 100;

/**
 * Repeats `attempt` until it no longer throws, and returns what it returned. Rejects with its last error when that takes
 * longer than `withinMs`. For what another program does without telling.
 */
export async function eventually<T>(withinMs: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
