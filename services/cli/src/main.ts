import { ConfigError } from '@faasm/chassis';
import { isFaasmError } from '@faasm/protocol';
import { CommanderError } from 'commander';
import { CommandError, EXIT } from './exit-codes.ts';
import { ProblemError } from './client.ts';
import { createProgram } from './program.ts';

/** The entry of `faasm`: runs a command; what it throws becomes a message on standard error and an exit code. */
try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok.code : EXIT.usage.code;
  if (error instanceof ProblemError && typeof error.problem['stderr'] === 'string')
    process.stderr.write(error.problem['stderr']);
  if (error instanceof CommandError) return fail(error.message, EXIT[error.exit].code);
  if (error instanceof ConfigError || isFaasmError(error)) return fail(error.message, EXIT.usage.code);
  if (error instanceof Error && 'code' in error) return fail(error.message, EXIT.usage.code);
  throw error;
}

function fail(message: string, code: number): number {
  process.stderr.write(`faasm: ${message}\n`);
  return code;
}
