import { parseCallId } from '@faasm/protocol';
import { parseDurationMs } from '@faasm/stdx';
import type { Command } from 'commander';
import { ask, jsonOf, type Answer } from '../client.ts';
import { addClientFlags, contextOf, print, type Context } from '../context.ts';
import { CommandError } from '../exit-codes.ts';

/** One request waits this long at most; a longer wait is several requests. */
const ONE_WAIT_MS = 30_000;

/** How long `--wait` without a duration waits. */
const DEFAULT_WAIT = '1h';

/** Adds `faasm status`, `faasm result` and `faasm cancel`. */
export function addCallCommands(program: Command): void {
  const call = ['<call>', 'call id'] as const;
  addClientFlags(
    program
      .command('status')
      .description('show the state of a call')
      .argument(...call),
  ).action(async (id: string, options: Record<string, unknown>) => {
    const context = contextOf(options);
    const status = jsonOf(await ask(context.edge, `/calls/${parseCallId(id)}`));
    print(context, status, () => describe(status));
  });
  const result = program
    .command('result')
    .description('print the output of a call, as the call itself would')
    .argument(...call);
  addClientFlags(result.option('--wait [duration]', 'wait for its end, such as 30s')).action(
    async (id: string, options: Record<string, unknown>) => {
      const { wait } = options;
      const duration = typeof wait === 'string' ? wait : wait === true ? undefined : '0ms';
      await waitForResult(contextOf(options), id, duration);
    },
  );
  addClientFlags(
    program
      .command('cancel')
      .description('cancel a call')
      .argument(...call),
  ).action(async (id: string, options: Record<string, unknown>) => {
    const context = contextOf(options);
    const answer = jsonOf(await ask(context.edge, `/calls/${parseCallId(id)}`, { method: 'DELETE' }));
    print(context, answer, () => `${id} cancelled`);
  });
}

/** Waits for the end of a call and prints its output. Throws when it has failed or has not ended in time. */
export async function waitForResult(
  context: Context,
  id: string,
  duration: string = DEFAULT_WAIT,
): Promise<void> {
  const waitMs = parseDurationMs(duration);
  if (waitMs === undefined)
    throw new CommandError(
      'usage',
      `Duration ${JSON.stringify(duration)} is not one such as 500ms, 30s or 5m`,
    );
  const until = performance.now() + waitMs;
  for (;;) {
    const left = Math.max(0, Math.min(ONE_WAIT_MS, Math.round(until - performance.now())));
    const answer: Answer = await ask(context.edge, `/calls/${parseCallId(id)}/result?wait=${left}ms`);
    if (answer.status === 200) {
      process.stdout.write(answer.body);
      return;
    }
    if (performance.now() >= until)
      throw new CommandError('deadline', `Call ${id} is still ${String(jsonOf(answer)['state'])}`);
  }
}

function describe(status: Record<string, unknown>): string {
  const result = status['result'] as
    { outcome: Record<string, unknown>; timings: Record<string, number>; host: string } | undefined;
  const lines = [`${String(status['id'])}  ${String(status['function'])}  ${String(status['state'])}`];
  lines.push(`accepted ${String(status['acceptedAt'])}, deadline ${String(status['deadlineAt'])}`);
  if (result !== undefined) {
    const { outcome, timings, host } = result;
    lines.push(`outcome  ${Object.values(outcome).map(String).join(' ')}`);
    lines.push(
      `timings  ${Object.entries(timings)
        .map(([name, ms]) => `${name} ${ms.toFixed(2)}`)
        .join(', ')}`,
    );
    lines.push(`host     ${host}`);
  }
  return lines.join('\n');
}
