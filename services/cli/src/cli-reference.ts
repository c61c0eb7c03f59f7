import type { Argument, Command, Option } from 'commander';
import { EXIT } from './exit-codes.ts';
import { createProgram } from './program.ts';

/** The Markdown page `docs/reference/cli.md`, from the commands themselves. */
export function renderCliReference(): string {
  const program = createProgram();
  const exits = Object.values(EXIT).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  return `# Command line

Generated from the commands in \`services/cli/src/commands\` by \`npm run docs\`.

\`npm run faasm -- COMMAND\` runs it in a clone; \`services/cli/bin/faasm.js\` runs it from anywhere, on any Node from 20 on.
Durations are digits and a unit: \`500ms\`, \`30s\`, \`5m\`, \`1h\`; without a unit they are milliseconds. Sizes are digits and \`KiB\`, \`MiB\` or \`GiB\`; without a unit they are bytes.

What a command answers goes to standard output, byte for byte where it is the output of a function; errors go to standard
error as \`error CODE: MESSAGE\`, with a code of the [error reference](errors.md) where the server refused. With \`--json\`
there is one JSON value on standard output, which for an error is \`{ "error": { "code": …, "message": … } }\`.

## Exit codes

| code | meaning |
| --- | --- |
${exits.join('\n')}

${program.commands.map((command) => section(command, 'faasm')).join('\n')}`;
}

function section(command: Command, parent: string): string {
  const name = `${parent} ${command.name()}`;
  const lines = [`## \`${[name, ...command.registeredArguments.map(shownArgument)].join(' ')}\``, ''];
  lines.push(`${capitalized(command.description())}.`, '');
  const rows = [
    ...command.registeredArguments.filter(({ description }) => description !== '').map(argumentRow),
    ...command.options.map(optionRow),
  ];
  if (rows.length > 0)
    lines.push('| argument or option | meaning | default |', '| --- | --- | --- |', ...rows, '');
  return [lines.join('\n'), ...command.commands.map((child) => section(child, name))].join('\n');
}

function shownArgument(argument: Argument): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

function argumentRow(argument: Argument): string {
  return row(shownArgument(argument), argument.description, argument.defaultValue);
}

function optionRow(option: Option): string {
  return row(option.flags, option.description, option.defaultValue);
}

function row(name: string, meaning: string, usual: unknown): string {
  return `| \`${name}\` | ${meaning} | ${typeof usual === 'string' ? `\`${usual}\`` : ''} |`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
