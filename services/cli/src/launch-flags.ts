import type { Command } from 'commander';
import type { Options } from './context.ts';
import { CommandError } from './exit-codes.ts';

/** Environment and arguments of a function, as the upload service tells and takes them. */
export interface LaunchJson {
  readonly environment: Readonly<Record<string, string>>;
  readonly arguments: readonly string[];
}

/** The flags that change them. */
export const LAUNCH_FLAGS: readonly string[] = ['--env', '--unset', '--arg', '--clear-args'];

/** Adds the flags that change environment and arguments. */
export function addLaunchFlags(command: Command): void {
  command
    .option('--env <name=value>', 'give the function a variable of its environment; may be repeated', collect)
    .option('--unset <name>', 'take one away; may be repeated', collect)
    .option('--arg <text>', 'an argument; may be repeated, and replaces all there were', collect)
    .option('--clear-args', 'take all arguments away');
}

/** Whether any of the flags was given. */
export function hasLaunchFlags({ env, unset, arg, clearArgs }: Options): boolean {
  return [env, unset, arg, clearArgs].some((flag) => flag !== undefined);
}

/** What the flags make of `before`. Throws a `CommandError`. */
export function changedLaunch(before: LaunchJson, { env, unset, arg, clearArgs }: Options): LaunchJson {
  if (arg !== undefined && clearArgs !== undefined)
    throw new CommandError('usage', 'Either --arg or --clear-args, not both');
  const environment = new Map(Object.entries(before.environment));
  for (const name of listOf(unset)) {
    if (!environment.delete(name))
      throw new CommandError('usage', `--unset ${JSON.stringify(name)}: there is no such variable`);
  }
  for (const assignment of listOf(env)) environment.set(...readAssignment(assignment));
  const kept = clearArgs === undefined ? before.arguments : [];
  return {
    environment: Object.fromEntries(environment),
    arguments: arg === undefined ? kept : listOf(arg),
  };
}

/** A line for each variable and argument, as the settings show them. */
export function launchLines({ environment, arguments: args }: LaunchJson): string[] {
  return [
    ...Object.entries(environment).map(([name, value]) => `env      ${name}=${value}`),
    ...args.map((value) => `arg      ${value}`),
  ];
}

/** Values of a flag that may be repeated, in their order. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function readAssignment(assignment: string): [string, string] {
  const at = assignment.indexOf('=');
  if (at > 0) return [assignment.slice(0, at), assignment.slice(at + 1)];
  throw new CommandError('usage', `--env ${JSON.stringify(assignment.slice(0, 64))} is not NAME=VALUE`);
}

function listOf(given: unknown): readonly string[] {
  return (given ?? []) as readonly string[];
}
