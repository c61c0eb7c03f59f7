import { CommandError } from './exit-codes.ts';

/**
 * Runs something that reads settings; what is wrong with them becomes a `CommandError`. The chassis comes in only here,
 * because it brings the HTTP server along, which would double the time that a client command takes.
 */
export async function configurationChecked<T>(action: () => T | Promise<T>): Promise<T> {
  const { ConfigError } = await import('@faasm/chassis');
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandError('usage', error.message, {
      code: 'configuration',
      problem: { problems: error.problems },
      cause: error,
    });
  }
}
