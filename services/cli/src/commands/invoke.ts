import { formatFunctionRef, parseFunctionRef } from '@faasm/protocol';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { ask } from '../client.ts';
import { addClientFlags, contextOf, print, type Context } from '../context.ts';
import { waitForResult } from './result.ts';

interface InvokeOptions {
  readonly input?: string;
  readonly file?: string;
  readonly async?: boolean;
  readonly wait?: string | true;
  readonly timeout?: string;
}

/** Adds `faasm invoke`. */
export function addInvoke(program: Command): void {
  const command = program
    .command('invoke')
    .description('call a function; its input comes from --input, --file or standard input')
    .argument('<function>', 'user/name')
    .option('--input <text>', 'the input')
    .option('--file <path>', 'a file that is the input')
    .option('--async', 'do not wait: print the call id')
    .option('--wait [duration]', 'with --async: wait for the result after all, such as 30s')
    .option('--timeout <duration>', 'deadline of the call, such as 500ms or 30s');
  addClientFlags(command).action(async (qualified: string, options: InvokeOptions) => {
    await invoke(qualified, options, contextOf(options as Record<string, unknown>));
  });
}

async function invoke(qualified: string, options: InvokeOptions, context: Context): Promise<void> {
  const name = formatFunctionRef(parseFunctionRef(qualified));
  const body = await readInput(options);
  const headers = options.timeout === undefined ? {} : { 'x-faasm-timeout': options.timeout };
  if (options.async !== true) {
    const answer = await ask(context.edge, `/f/${name}`, { method: 'POST', body, headers });
    process.stdout.write(answer.body);
    return;
  }
  const answer = await ask(context.edge, `/fa/${name}`, { method: 'POST', body, headers });
  const id = answer.body.toString().trim();
  if (options.wait !== undefined) {
    await waitForResult(context, id, options.wait === true ? undefined : options.wait);
    return;
  }
  const durable = answer.headers.get('x-faasm-durable') === 'true';
  print(context, { id, durable }, () => id);
}

async function readInput({ input, file }: InvokeOptions): Promise<Uint8Array<ArrayBuffer> | string> {
  if (input !== undefined) return input;
  if (file !== undefined) return new Uint8Array(await readFile(file));
  return process.stdin.isTTY ? '' : new Uint8Array(await buffer(process.stdin));
}
