import { parseCallId } from '@faasm/protocol';
import type { Command } from 'commander';
import { print, addClientFlags, contextOf, type Options } from '../context.ts';
import { durationFlagMs } from '../durations.ts';
import { ask, jsonOf } from '../http-client.ts';
import { printOutput, waitForOutput } from '../call-output.ts';

/** What `GET /calls/:id` answers, as far as it is shown. */
interface StatusJson {
  readonly id: string;
  readonly function: string;
  readonly state: string;
  readonly acceptedAt: string;
  readonly deadlineAt: string;
  readonly result?: {
    readonly outcome: { readonly type: string; readonly exitCode?: number; readonly code?: string };
    readonly timings: Readonly<Record<'queueMs' | 'coldMs' | 'runMs', number>>;
    readonly host: string;
    readonly version: string;
  };
}

/** Adds `faasm status`, `faasm result` and `faasm cancel`. */
export function addCallCommands(program: Command): void {
  const status = program.command('status').description('show the state of a call');
  addClientFlags(status.argument('<call>', 'call id')).action(async (id: string, options: Options) => {
    const context = contextOf(options);
    const body = jsonOf(await ask(context.edge, `/calls/${parseCallId(id)}`));
    print(context, body, () => describe(body as unknown as StatusJson));
  });

  const result = program
    .command('result')
    .description('print the output of a call, and fail as the call did')
    .argument('<call>', 'call id')
    .option('--wait [duration]', 'wait for its end, such as 30s; without a duration, as long as it takes');
  addClientFlags(result).action(async (id: string, options: Options) => {
    const context = contextOf(options);
    const waitMs = options['wait'] === undefined ? 0 : waitFlagMs(options['wait']);
    printOutput(context, await waitForOutput(context, parseCallId(id), waitMs));
  });

  const cancel = program.command('cancel').description('cancel a call that has not ended');
  addClientFlags(cancel.argument('<call>', 'call id')).action(async (id: string, options: Options) => {
    const context = contextOf(options);
    const body = jsonOf(await ask(context.edge, `/calls/${parseCallId(id)}`, { method: 'DELETE' }));
    print(context, body, () => `${id} is cancelled`);
  });
}

/** Milliseconds of `--wait`, which is `true` when it came without a duration. Throws a `CommandError`. */
export function waitFlagMs(wait: unknown): number {
  return wait === true ? Number.POSITIVE_INFINITY : durationFlagMs('--wait', String(wait));
}

function describe(status: StatusJson): string {
  const { id, state, result } = status;
  const rows: [string, string][] = [
    ['call', id],
    ['function', status.function],
    ['state', state],
    ['accepted', status.acceptedAt],
    ['deadline', status.deadlineAt],
  ];
  if (result !== undefined) {
    const { outcome, timings } = result;
    const ended = [outcome.type, outcome.exitCode ?? outcome.code].filter((word) => word !== undefined);
    const { queueMs, coldMs, runMs } = timings;
    rows.push(
      ['outcome', ended.join(' ')],
      ['times', `queued ${shownMs(queueMs)}, cold ${shownMs(coldMs)}, ran ${shownMs(runMs)}`],
      ['host', result.host === '' ? 'none' : result.host],
      ['version', result.version === '' ? 'none' : result.version],
    );
  }
  return rows.map(([name, value]) => `${name.padEnd(10)}${value}`).join('\n');
}

function shownMs(ms: number): string {
  return `${ms.toFixed(2)} ms`;
}
