import { isFaasmError } from '@faasm/protocol';
import { CommanderError } from 'commander';
import { CommandError, EXIT, exitForCode } from './exit-codes.ts';

/** Errors of the network, which are nobody's slip. */
const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);

/**
 * Tells what a command threw and returns the exit code. With `json` one object goes to standard output; otherwise what
 * a failed function printed goes where it would have gone, and the error to standard error. An error that no user can
 * have made is thrown again.
 */
export function reportError(thrown: unknown, json: boolean): number {
  // Commander has said it already.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok.code : EXIT.usage.code;
  const error = asCommandError(thrown);
  if (json) {
    const body = { error: { code: error.code, message: error.message, ...error.problem } };
    process.stdout.write(`${JSON.stringify(body, undefined, 2)}\n`);
  } else {
    const { outputBase64, stderr } = error.problem;
    if (typeof outputBase64 === 'string') process.stdout.write(Buffer.from(outputBase64, 'base64'));
    if (typeof stderr === 'string') process.stderr.write(stderr.endsWith('\n') ? stderr : `${stderr}\n`);
    process.stderr.write(`error ${error.code}: ${error.message}\n`);
  }
  return EXIT[error.exit].code;
}

function asCommandError(thrown: unknown): CommandError {
  if (thrown instanceof CommandError) return thrown;
  if (isFaasmError(thrown)) {
    const { code } = thrown;
    return new CommandError(exitForCode(code), thrown.message, { code, cause: thrown });
  }
  const code = systemCode(thrown);
  if (!(thrown instanceof Error) || code === undefined) throw thrown;
  const exit = NETWORK_CODES.has(code) ? 'unreachable' : 'usage';
  return new CommandError(exit, thrown.message === '' ? code : thrown.message, { cause: thrown });
}

/** The code of an error of the operating system, such as ENOENT; Node's own errors begin with ERR_. */
function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return undefined;
  return /^E[A-Z0-9]+$/.test(thrown.code) || thrown.code === 'EAI_AGAIN' ? thrown.code : undefined;
}
