import type { Command } from 'commander';
import { setTimeout as pause } from 'node:timers/promises';
import { addClientFlags, contextOf, print, type Options } from '../context.ts';
import { durationFlagMs } from '../durations.ts';
import { ask, jsonOf } from '../http-client.ts';

/** What `GET /faaslets` answers. */
interface FaasletsJson {
  readonly limit: number;
  readonly running: number;
  readonly idle: number;
  readonly spare: number;
  readonly functions: readonly {
    readonly function: string;
    readonly digest: string;
    readonly running: number;
    readonly idle: number;
    readonly warmCalls: number;
    readonly restoredCalls: number;
  }[];
}

/** Characters of a digest that people read. */
const SHORT_DIGEST_CHARS = 12;

const CLEAR_SCREEN = '\u001b[H\u001b[2J';

/** Adds `faasm top`. */
export function addTopCommand(program: Command): void {
  const top = program
    .command('top')
    .description('show the Faaslets of a process by state and function')
    .option('--every <duration>', 'show them again and again, such as 2s, until interrupted');
  addClientFlags(top).action(async (options: Options) => {
    const context = contextOf(options);
    const { every } = options;
    const everyMs = typeof every === 'string' ? durationFlagMs('--every', every) : undefined;
    for (;;) {
      const body = jsonOf(await ask(context.uploads, '/faaslets'));
      const clear = everyMs !== undefined && process.stdout.isTTY && !context.json ? CLEAR_SCREEN : '';
      print(context, body, () => `${clear}${describe(body as unknown as FaasletsJson)}`);
      if (everyMs === undefined) return;
      await pause(everyMs);
    }
  });
}

function describe({ limit, running, idle, spare, functions }: FaasletsJson): string {
  const head = `Faaslets: ${running} running, ${idle} idle, ${spare} spare, of ${limit}`;
  const rows = functions.map((each) => [
    each.function,
    each.digest.slice(0, SHORT_DIGEST_CHARS),
    ...[each.running, each.idle, each.warmCalls, each.restoredCalls].map(String),
  ]);
  const table = [['function', 'version', 'running', 'idle', 'warm calls', 'restored'], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [head, '', ...lines].join('\n');
}
