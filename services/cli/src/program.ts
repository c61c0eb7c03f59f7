import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addBuild } from './commands/build.ts';
import { addConfig } from './commands/config.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDownload } from './commands/download.ts';
import { addFunctionCommands } from './commands/functions.ts';
import { addInvoke } from './commands/invoke.ts';
import { addCallCommands } from './commands/calls.ts';
import { addLogsCommand } from './commands/logs.ts';
import { addNew } from './commands/new.ts';
import { addRoles } from './commands/roles.ts';
import { addSettingsCommands } from './commands/settings.ts';
import { addStateCommands } from './commands/state.ts';
import { addTopCommand } from './commands/top.ts';

/** The command line with all its commands. Its errors are thrown; none of it ends the process. */
export function createProgram(): Command {
  const program = new Command('faasm')
    .description('Stateful serverless functions on WebAssembly')
    .version(manifest.version)
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(--help tells more)');
  program.commandsGroup('Servers:');
  addRoles(program);
  program.commandsGroup('Functions:');
  addNew(program);
  addBuild(program);
  addFunctionCommands(program);
  addDownload(program);
  addSettingsCommands(program);
  program.commandsGroup('Calls:');
  addInvoke(program);
  addCallCommands(program);
  addLogsCommand(program);
  program.commandsGroup('State:');
  addStateCommands(program);
  program.commandsGroup('This machine:');
  addTopCommand(program);
  addConfig(program);
  addDoctor(program);
  return program;
}
