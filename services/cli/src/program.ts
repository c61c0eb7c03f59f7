import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addConfig } from './commands/config.ts';
import { addDoctor } from './commands/doctor.ts';
import { addFunctionCommands } from './commands/functions.ts';
import { addInvoke } from './commands/invoke.ts';
import { addCallCommands } from './commands/result.ts';
import { addRoles } from './commands/roles.ts';

/** The command line with all its commands. */
export function createProgram(): Command {
  const program = new Command('faasm')
    .description('Stateful serverless functions on WebAssembly')
    .version(manifest.version);
  program.showSuggestionAfterError().showHelpAfterError('(faasm --help lists the commands)').exitOverride();
  addRoles(program);
  addFunctionCommands(program);
  addInvoke(program);
  addCallCommands(program);
  addConfig(program);
  addDoctor(program);
  for (const command of program.commands) command.exitOverride();
  return program;
}
