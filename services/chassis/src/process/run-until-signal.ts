import type { Logger } from '@faasm/adapter-telemetry';

/** A service that has started. */
export interface RunningService {
  /**
   * Ends it in order: no new work, then the running work, then its connections. When `impatient` aborts, what
   * still runs is stopped.
   */
  stop(impatient: AbortSignal): Promise<void>;
}

/** How a service is ended. */
export interface ShutdownOptions {
  readonly logger: Logger;
  /** How long running work may take after the first signal, in milliseconds. */
  readonly drainTimeoutMs: number;
}

/** Resolves once SIGTERM or SIGINT has come and the service has stopped. A second signal stops what still runs. */
export async function runUntilSignal(service: RunningService, options: ShutdownOptions): Promise<void> {
  const { logger, drainTimeoutMs } = options;
  const signal = await catchSignal();
  logger.info({ signal, drainTimeoutMs }, 'draining');
  const impatient = new AbortController();
  const timer = setTimeout(() => {
    impatient.abort();
  }, drainTimeoutMs);
  const hurry = (): void => {
    impatient.abort();
  };
  process.once('SIGTERM', hurry).once('SIGINT', hurry);
  await service.stop(impatient.signal);
  clearTimeout(timer);
  process.off('SIGTERM', hurry).off('SIGINT', hurry);
  logger.info('stopped');
}

let caught: Promise<NodeJS.Signals> | undefined;

/**
 * The first SIGTERM or SIGINT from now on. A process that says that it is ready calls this before it says so: a signal that
 * comes right after would end it at once otherwise.
 */
export async function catchSignal(): Promise<NodeJS.Signals> {
  caught ??= nextSignal();
  return await caught;
}

async function nextSignal(): Promise<NodeJS.Signals> {
  return await new Promise((resolve) => {
    const heard = (signal: NodeJS.Signals): void => {
      process.off('SIGTERM', heard);
      process.off('SIGINT', heard);
      resolve(signal);
    };
    process.on('SIGTERM', heard);
    process.on('SIGINT', heard);
  });
}
