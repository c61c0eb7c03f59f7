import { formatFunctionRef, parseCallId, parseFunctionRef } from '@faasm/protocol';
import { Option, type Command } from 'commander';
import { addClientFlags, contextOf, print, type Context, type Options } from '../context.ts';
import { CommandError } from '../exit-codes.ts';
import { ask, askForLines, jsonOf } from '../http-client.ts';

/** What the edge tells of a call's log. */
interface LogJson {
  readonly id: string;
  readonly finishedAt: string;
  readonly outcome: { readonly type: string; readonly exitCode?: number; readonly code?: string };
  readonly stdout: string;
  readonly stderr: string;
}

/** Which of the streams are shown. */
type Streams = Readonly<Record<'stdout' | 'stderr', boolean>>;

/** Adds `faasm logs`. */
export function addLogsCommand(program: Command): void {
  const logs = program
    .command('logs')
    .description(
      'print what a call wrote to its standard streams, or that of all calls of a function as they end',
    )
    .argument('<call or function>', 'call id; with --follow, user/name')
    .option('--follow', 'show the logs of the calls of a function as they end, until Ctrl-C', false)
    .addOption(new Option('--stdout', 'only standard output').conflicts('stderr'))
    .addOption(new Option('--stderr', 'only standard error').conflicts('stdout'));
  addClientFlags(logs).action(async (name: string, options: Options) => {
    const streams = { stdout: options['stderr'] !== true, stderr: options['stdout'] !== true };
    if (options['follow'] === true) await follow(contextOf(options), name, streams);
    else await show(contextOf(options), name, streams);
  });
}

/** Each stream goes to its own. */
async function show(context: Context, id: string, streams: Streams): Promise<void> {
  const answer = await ask(context.edge, `/calls/${parseCallId(id)}/logs`);
  const body = jsonOf(answer);
  if (answer.status === 202)
    throw new CommandError('deadline', `Call ${id} has not ended: it is ${String(body['state'])}`);
  if (context.json) {
    print(context, body, () => '');
    return;
  }
  const { stdout, stderr } = body as unknown as LogJson;
  if (streams.stdout) process.stdout.write(stdout);
  if (streams.stderr) process.stderr.write(stderr);
}

async function follow(context: Context, name: string, streams: Streams): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
  });
  const path = `/f/${formatFunctionRef(parseFunctionRef(name))}/logs`;
  for await (const line of askForLines(context.edge, path, stop.signal))
    process.stdout.write(context.json ? `${line}\n` : described(line, streams));
  if (!stop.signal.aborted) process.stderr.write('The server has ended the stream\n');
}

/** A line that tells which call ended when and how, and what it wrote, indented. */
function described(line: string, streams: Streams): string {
  const shown = JSON.parse(line) as LogJson | { readonly dropped: number };
  if ('dropped' in shown)
    return `(${shown.dropped} logs came faster than they were read, and are not shown)\n`;
  const { id, finishedAt, outcome, stdout, stderr } = shown;
  const ended = [outcome.type, outcome.exitCode ?? outcome.code]
    .filter((word) => word !== undefined)
    .join(' ');
  const out = streams.stdout ? indented('out', stdout) : '';
  const err = streams.stderr ? indented('err', stderr) : '';
  return `${finishedAt} ${id} ${ended}\n${out}${err}`;
}

function indented(stream: string, text: string): string {
  if (text === '') return '';
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.map((line) => `  ${stream} ${line}\n`).join('');
}
