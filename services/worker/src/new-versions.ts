import type { ServiceBase } from '@faasm/chassis';
import type { Executor } from '@faasm/executor';

/** How often a worker looks for new versions of the functions that it runs, in milliseconds. */
const LOOK_MS = 500;

/** Looks for new versions again and again, so that calls after a deployment find them ready. Returns what ends it. */
export function prepareNewVersions(
  runner: Pick<Executor, 'prepareNewVersions'>,
  { logger }: Pick<ServiceBase, 'logger'>,
): () => void {
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      await runner.prepareNewVersions();
    } catch (error) {
      // The next call meets the same trouble, and its caller is told.
      logger.warn({ err: error }, 'new versions not made ready');
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  return () => {
    clearInterval(timer);
  };
}
