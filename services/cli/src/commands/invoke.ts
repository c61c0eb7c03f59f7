import { formatFunctionRef, LIMITS, parseCallId, parseFunctionRef } from '@faasm/protocol';
import { Option, type Command } from 'commander';
import { printOutput, waitForOutput } from '../call-output.ts';
import { addClientFlags, contextOf, print, type Context, type Options } from '../context.ts';
import { durationFlagMs } from '../durations.ts';
import { ask, type Ask } from '../http-client.ts';
import { readInput, type InputFlags } from '../read-input.ts';
import { CommandError } from '../exit-codes.ts';
import { collect } from '../launch-flags.ts';
import { waitFlagMs } from './calls.ts';

interface InvokeFlags extends InputFlags {
  readonly async?: true;
  readonly wait?: string | true;
  readonly timeout?: string;
  readonly arg?: readonly string[];
}

/** Adds `faasm invoke`. */
export function addInvoke(program: Command): void {
  const command = program
    .command('invoke')
    .description('call a function and print its output; the input may be piped in')
    .argument('<function>', 'user/name')
    .addOption(new Option('--input <text>', 'the input').conflicts('file'))
    .option('--file <path>', 'a file that is the input')
    .option('--arg <text>', 'an argument after those of the function; may be repeated', collect)
    .option('--timeout <duration>', 'deadline of the call, such as 500ms or 30s')
    .option('--async', 'accept the call to run later and print its id')
    .option('--wait [duration]', 'as --async, but then wait for the output, such as 30s');
  addClientFlags(command).action(async (qualified: string, options: Options) => {
    await invoke(qualified, options, contextOf(options));
  });
}

async function invoke(qualified: string, flags: InvokeFlags, context: Context): Promise<void> {
  const name = formatFunctionRef(parseFunctionRef(qualified));
  const { timeout, wait, arg } = flags;
  const waitMs = wait === undefined ? undefined : waitFlagMs(wait);
  const request: Ask = {
    method: 'POST',
    headers: {
      'content-type': 'application/octet-stream',
      ...(timeout === undefined ? {} : { 'x-faasm-timeout': `${durationFlagMs('--timeout', timeout)}ms` }),
      ...(arg === undefined ? {} : { 'x-faasm-arguments': argumentsHeader(arg) }),
    },
    body: await readInput(flags, LIMITS.inputBytes.max),
  };
  if (flags.async !== true && waitMs === undefined) {
    printOutput(context, await ask(context.edge, `/f/${name}`, request));
    return;
  }
  const accepted = await ask(context.edge, `/fa/${name}`, request);
  const id = accepted.body.toString().trim();
  if (waitMs === undefined) {
    print(context, { id, durable: accepted.headers['x-faasm-durable'] === 'true' }, () => id);
    return;
  }
  printOutput(context, await waitForOutput(context, parseCallId(id), waitMs));
}

/** The arguments as the edge splits and decodes them. */
function argumentsHeader(args: readonly string[]): string {
  if (args.includes('')) throw new CommandError('usage', '--arg is empty, which a call cannot have');
  return args.map(encodeURI).join(' ');
}
