import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';

/** The entry of `faasm`: runs a command; what it throws becomes a message and an exit code. */
let json = false;

// A reader that has gone, as in `faasm list | head -1`, is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  const program = createProgram();
  program.hook('preAction', (_program, command) => {
    json = command.optsWithGlobals()['json'] === true;
  });
  await program.parseAsync();
} catch (error) {
  // What a half-started server holds, such as its threads, would otherwise keep the process alive.
  process.exit(reportError(error, json));
}
