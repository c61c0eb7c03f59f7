import type { Command } from 'commander';
import { addClientFlags, contextOf, print, type Context, type Options } from '../context.ts';
import { durationFlagMs } from '../durations.ts';
import { CommandError } from '../exit-codes.ts';
import { functionPath } from '../function-path.ts';
import { ask, jsonOf } from '../http-client.ts';
import {
  addLaunchFlags,
  changedLaunch,
  hasLaunchFlags,
  LAUNCH_FLAGS,
  launchLines,
  type LaunchJson,
} from '../launch-flags.ts';
import { countFlag, shownBytes, sizeFlagBytes } from '../sizes.ts';

/** What the upload service tells of the settings of a function. */
interface SettingsJson extends LaunchJson {
  readonly limits: Readonly<Record<string, number>>;
}

/** Kinds of values: how one is read, and how it is shown. */
const VALUES = {
  size: { parse: sizeFlagBytes, show: shownBytes },
  count: { parse: countFlag, show: String },
  duration: { parse: durationFlagMs, show: (ms: number) => `${ms}ms` },
} as const;

/** A flag that sets a limit: `--memory` sets `memoryBytes`. */
interface LimitFlag {
  readonly key: string;
  readonly limit: string;
  readonly value: keyof typeof VALUES;
  readonly help: string;
}

const LIMIT_FLAGS: readonly LimitFlag[] = [
  { key: 'memory', limit: 'memoryBytes', value: 'size', help: 'largest linear memory' },
  { key: 'input', limit: 'inputBytes', value: 'size', help: 'largest input of a call' },
  { key: 'output', limit: 'outputBytes', value: 'size', help: 'largest output of a call' },
  { key: 'log', limit: 'logBytes', value: 'size', help: 'kept of standard output and standard error, each' },
  { key: 'writes', limit: 'writtenBytes', value: 'size', help: 'held by a call in the files that it writes' },
  { key: 'entries', limit: 'writtenEntries', value: 'count', help: 'names that a call adds to directories' },
  {
    key: 'fds',
    limit: 'descriptors',
    value: 'count',
    help: 'descriptors that a call has open at once',
  },
  {
    key: 'timeout',
    limit: 'timeoutMs',
    value: 'duration',
    help: 'time of a call, and the longest that a caller may ask for',
  },
];

const KEY_WIDTH = 8;

/** Adds `faasm settings`, and below it `get`, `set` and `reset`. */
export function addSettingsCommands(program: Command): void {
  const settings = program.command('settings').description('show and choose the settings of a function');

  const get = settings.command('get').description('show the settings that were chosen for a function');
  addClientFlags(get.argument('<function>', 'user/name')).action(
    async (qualified: string, options: Options) => {
      const context = contextOf(options);
      const chosen = await read(context, qualified);
      print(context, chosen, () => describe(qualified, chosen));
    },
  );

  const set = settings
    .command('set')
    .description(
      'choose settings of a function; the others stay. A size is bytes, or has a unit: 64KiB, 32MiB',
    );
  set.argument('<function>', 'user/name');
  for (const { key, value, help } of LIMIT_FLAGS) set.option(`--${key} <${value}>`, help);
  addLaunchFlags(set);
  addClientFlags(set).action(async (qualified: string, options: Options) => {
    const context = contextOf(options);
    const limits = limitsOf(options);
    const before = await read(context, qualified);
    const answer = await ask(context.uploads, settingsPath(qualified), {
      method: 'PUT',
      body: JSON.stringify({
        ...before,
        limits: { ...before.limits, ...limits },
        ...changedLaunch(before, options),
      }),
      headers: { 'content-type': 'application/json' },
    });
    const chosen = jsonOf(answer) as unknown as SettingsJson;
    print(context, chosen, () => describe(qualified, chosen));
  });

  const reset = settings
    .command('reset')
    .description('forget the settings of a function: everything is as the operator set it');
  addClientFlags(reset.argument('<function>', 'user/name')).action(
    async (qualified: string, options: Options) => {
      const context = contextOf(options);
      await ask(context.uploads, settingsPath(qualified), { method: 'DELETE' });
      const chosen: SettingsJson = { limits: {}, environment: {}, arguments: [] };
      print(context, chosen, () => describe(qualified, chosen));
    },
  );
}

function limitsOf(options: Options): Record<string, number> {
  const given = LIMIT_FLAGS.filter(({ key }) => options[key] !== undefined);
  if (given.length === 0 && !hasLaunchFlags(options)) {
    const flags = [...LIMIT_FLAGS.map(({ key }) => `--${key}`), ...LAUNCH_FLAGS].join(', ');
    throw new CommandError('usage', `Nothing to set: name one of ${flags}`);
  }
  const entries = given.map(({ key, limit, value }) => {
    return [limit, VALUES[value].parse(`--${key}`, String(options[key]))] as const;
  });
  return Object.fromEntries(entries);
}

async function read(context: Context, qualified: string): Promise<SettingsJson> {
  return jsonOf(await ask(context.uploads, settingsPath(qualified))) as unknown as SettingsJson;
}

function describe(qualified: string, { limits, ...launch }: SettingsJson): string {
  const chosen = LIMIT_FLAGS.flatMap(({ key, limit, value }) => {
    const bound = limits[limit];
    if (bound === undefined) return [];
    return [`${key.padEnd(KEY_WIDTH)} ${VALUES[value].show(bound)}`];
  });
  const lines = [...chosen, ...launchLines(launch)];
  if (lines.length > 0) return lines.join('\n');
  return `${qualified} has no settings of its own: all limits are the operator's`;
}

function settingsPath(qualified: string): string {
  return `${functionPath(qualified)}/settings`;
}
