import { stateKey, type StateKey } from '@faasm/state';
import { Option, type Command } from 'commander';
import { createWriteStream } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { addClientFlags, contextOf, print, type Context, type Options } from '../context.ts';
import { CommandError } from '../exit-codes.ts';
import { ask, askForStream, jsonOf, receive } from '../http-client.ts';
import { streamInput } from '../read-input.ts';
import { countFlag } from '../sizes.ts';
import { watchState } from '../watch-state.ts';

/** What the edge tells of a value. */
interface ValueJson {
  readonly key: string;
  readonly sizeBytes: number;
  readonly version: number;
}

/** What a change is bound to. */
interface MatchFlags {
  readonly ifMatch?: string;
  readonly ifNone?: true;
}

/** Values that one request asks for, the most that there may be. */
const PAGE_VALUES = 1_000;

const RANGE_PATTERN = /^(?:\d{1,15}-\d{0,15}|-\d{1,15})$/;

/** Adds `faasm state`, and below it `get`, `put`, `list`, `delete` and `watch`. */
export function addStateCommands(program: Command): void {
  const state = program.command('state').description('read and change the state values of a user');
  addGet(state);
  addPut(state);

  const list = state.command('list').description('list the state values of a user');
  addClientFlags(list.argument('<user>', 'whose values')).action(async (user: string, options: Options) => {
    await listValues(contextOf(options), user);
  });

  const remove = state.command('delete').description('remove a state value').argument('<value>', 'user/key');
  addClientFlags(addMatchFlag(remove)).action(async (qualified: string, options: Options) => {
    const context = contextOf(options);
    await ask(context.edge, pathOf(parseStateKey(qualified)), {
      method: 'DELETE',
      headers: conditions(options),
    });
    print(context, { value: qualified, removed: true }, () => `${qualified} is removed`);
  });

  const watch = state
    .command('watch')
    .description('print a line for what a state value is now and for each new version, until Ctrl-C')
    .argument('<value>', 'user/key');
  addClientFlags(watch).action(async (qualified: string, options: Options) => {
    await watchState(contextOf(options), pathOf(parseStateKey(qualified)));
  });
}

function addGet(state: Command): void {
  const get = state
    .command('get')
    .description('print the bytes of a state value')
    .argument('<value>', 'user/key')
    .option('--range <range>', 'only these bytes: 0-99, 100- or -100, the last 100')
    .option('--output <file>', 'write them to a file');
  addClientFlags(get).action(async (qualified: string, options: Options) => {
    await getValue(contextOf(options), qualified, options);
  });
}

function addPut(state: Command): void {
  const put = state
    .command('put')
    .description('create a state value, or replace its bytes by as many others')
    .argument('<value>', 'user/key')
    .argument('[file]', 'a file with the bytes, or - for standard input');
  addMatchFlag(put).addOption(
    new Option('--if-none', 'only when there is no such value yet').conflicts('ifMatch'),
  );
  addClientFlags(put).action(async (qualified: string, file: string | undefined, options: Options) => {
    const context = contextOf(options);
    const path = pathOf(parseStateKey(qualified));
    const conditional = conditions(options);
    const { body, sizeBytes } = await streamInput(file);
    const headers = {
      ...conditional,
      'content-length': String(sizeBytes),
      'content-type': 'application/octet-stream',
    };
    const written = jsonOf(await ask(context.edge, path, { method: 'PUT', body, headers }));
    print(
      context,
      written,
      () => `${qualified} is now version ${String(written['version'])} of ${sizeBytes} bytes`,
    );
  });
}

function addMatchFlag(command: Command): Command {
  return command.option('--if-match <version>', 'only when the value still has this version');
}

function conditions({ ifMatch, ifNone }: MatchFlags): Record<string, string> {
  if (ifNone === true) return { 'if-none-match': '*' };
  return ifMatch === undefined ? {} : { 'if-match': `"${countFlag('--if-match', ifMatch)}"` };
}

async function getValue(
  context: Context,
  qualified: string,
  { range, output }: { readonly range?: string; readonly output?: string },
): Promise<void> {
  const path = pathOf(parseStateKey(qualified));
  if (range !== undefined && !RANGE_PATTERN.test(range))
    throw new CommandError(
      'usage',
      `--range ${JSON.stringify(range)} is not a range such as 0-99, 100- or -100`,
    );
  const wanted = range === undefined ? {} : { range: `bytes=${range}` };
  if (context.json && output === undefined) {
    const { headers, body } = await ask(context.edge, path, { headers: wanted });
    print(context, { version: versionOf(headers), bytesBase64: body.toString('base64') }, () => '');
    return;
  }
  const answer = await askForStream(context.edge, path, { headers: wanted });
  const target = output === undefined ? process.stdout : createWriteStream(output);
  await receive(answer, target, { end: output !== undefined });
  if (context.json) print(context, { version: versionOf(answer.headers), output }, () => '');
}

async function listValues(context: Context, user: string): Promise<void> {
  const all: ValueJson[] = [];
  let page: { readonly values: readonly ValueJson[]; readonly next?: string } = { values: [] };
  do {
    const after = page.next === undefined ? '' : `&after=${encodeURIComponent(page.next)}`;
    const path = `/s/${encodeURIComponent(user)}?limit=${PAGE_VALUES}${after}`;
    page = jsonOf(await ask(context.edge, path)) as unknown as typeof page;
    if (context.json) all.push(...page.values);
    else for (const value of page.values) process.stdout.write(`${describe(value)}\n`);
  } while (page.next !== undefined);
  if (context.json) print(context, { values: all }, () => '');
}

function describe({ key, sizeBytes, version }: ValueJson): string {
  return `${key}  ${sizeBytes} bytes  version ${version}`;
}

/** The user goes up to the first slash; a key may have others. */
function parseStateKey(qualified: string): StateKey {
  const [user = '', ...key] = qualified.split('/');
  return stateKey(user, key.join('/'));
}

function pathOf({ user, key }: StateKey): string {
  return `/s/${user}/${encodeURIComponent(key)}`;
}

function versionOf({ etag = '' }: IncomingHttpHeaders): number {
  return Number(etag.replaceAll('"', ''));
}
