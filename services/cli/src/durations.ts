import { parseDurationMs } from '@faasm/stdx';
import { CommandError } from './exit-codes.ts';

/** Reads the duration of a flag, in milliseconds. Throws a `CommandError`. */
export function durationFlagMs(flag: string, received: string): number {
  const durationMs = parseDurationMs(received);
  if (durationMs !== undefined) return durationMs;
  throw new CommandError(
    'usage',
    `${flag} ${JSON.stringify(received)} is not a duration such as 500ms, 30s, 5m or 1h`,
  );
}
