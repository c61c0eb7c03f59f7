import type { Command } from 'commander';

/** What every client command is told. */
export interface Context {
  /** Base URL of the edge. */
  readonly edge: string;
  /** Base URL of the upload service. */
  readonly uploads: string;
  readonly json: boolean;
}

/** Flags of every client command; the defaults are the standalone server's. */
export function addClientFlags(command: Command): Command {
  return command
    .option('--edge <url>', 'base URL of the edge', 'http://127.0.0.1:8080')
    .option('--upload-url <url>', 'base URL of the upload service', 'http://127.0.0.1:8002')
    .option('--json', 'print JSON', false);
}

/** The context that the flags describe. */
export function contextOf(options: Readonly<Record<string, unknown>>): Context {
  return {
    edge: String(options['edge']),
    uploads: String(options['uploadUrl']),
    json: options['json'] === true,
  };
}

/** Prints JSON, or what people read. */
export function print(context: Context, value: unknown, text: () => string): void {
  process.stdout.write(context.json ? `${JSON.stringify(value, undefined, 2)}\n` : `${text()}\n`);
}
