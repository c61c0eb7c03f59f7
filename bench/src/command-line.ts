import { parseArgs } from 'node:util';

/** What `npm run bench -- …` was asked for. */
export type Command =
  | { readonly type: 'list' }
  | {
      readonly type: 'run';
      /** Names of benchmarks, each known and once. */
      readonly names: readonly string[];
      readonly rounds: number;
      readonly seconds: number;
      /** Whether `docs/benchmarks.md` is to be updated. */
      readonly write: boolean;
    };

/** What is wrong with the command line, and how it is used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** How often a figure must be measured to be published. */
const PUBLISHED_ROUNDS_MIN = 20;

const ROUNDS = { default: PUBLISHED_ROUNDS_MIN, min: 2, max: 1_000 };
const SECONDS = { default: 2, min: 1, max: 600 };

/**
 * Reads the command line: `[NAME…] [--rounds N] [--seconds S] [--write]` or `--list`. Without names, all of `known`.
 * Throws a {@link UsageError} for anything else.
 */
export function parseCommandLine(args: readonly string[], known: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.list === true) return { type: 'list' };

  for (const name of positionals) {
    if (!known.includes(name)) {
      throw new UsageError(`No benchmark is named ${JSON.stringify(name)}; there is: ${known.join(', ')}`);
    }
  }
  const rounds = wholeNumber('--rounds', values.rounds, ROUNDS);
  const write = values.write === true;
  if (write && rounds < PUBLISHED_ROUNDS_MIN) {
    throw new UsageError(`--write needs at least ${PUBLISHED_ROUNDS_MIN} rounds, received ${rounds}`);
  }
  return {
    type: 'run',
    names: positionals.length === 0 ? known : [...new Set(positionals)],
    rounds,
    seconds: wholeNumber('--seconds', values.seconds, SECONDS),
    write,
  };
}

function parse(args: readonly string[]): {
  values: { list?: boolean; rounds?: string; seconds?: string; write?: boolean };
  positionals: string[];
} {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        list: { type: 'boolean' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        write: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function wholeNumber(
  name: string,
  received: string | undefined,
  bound: { default: number; min: number; max: number },
): number {
  if (received === undefined) return bound.default;
  const value = Number(received);
  if (/^\d+$/.test(received) && value >= bound.min && value <= bound.max) return value;
  throw new UsageError(
    `${name} is a whole number from ${bound.min} to ${bound.max}, received ${JSON.stringify(received)}`,
  );
}
