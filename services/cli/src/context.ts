import type { Command } from 'commander';
import { CommandError } from './exit-codes.ts';

/** What every client command is told. */
export interface Context {
  /** Base URL of the edge, without a slash at its end. */
  readonly edge: string;
  /** Base URL of the upload service, without a slash at its end. */
  readonly uploads: string;
  readonly json: boolean;
}

/** The options of a command as they were given. */
export type Options = Readonly<Record<string, unknown>>;

/** Adds `--edge`, `--upload-url` and `--json`; the defaults are the standalone server's. */
export function addClientFlags(command: Command): Command {
  return addJsonFlag(
    command
      .option('--edge <url>', 'base URL of the edge', 'http://127.0.0.1:8080')
      .option('--upload-url <url>', 'base URL of the upload service', 'http://127.0.0.1:8002'),
  );
}

/** Adds `--json`. */
export function addJsonFlag(command: Command): Command {
  return command.option('--json', 'print JSON, errors too', false);
}

/** The context that the flags describe. Throws a `CommandError` for a URL that is none. */
export function contextOf(options: Options): Context {
  return {
    edge: baseUrl('--edge', String(options['edge'])),
    uploads: baseUrl('--upload-url', String(options['uploadUrl'])),
    json: options['json'] === true,
  };
}

/** Prints JSON, or what people read. */
export function print({ json }: Pick<Context, 'json'>, value: unknown, text: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(value, undefined, 2)}\n` : `${text()}\n`);
}

/** A path below which the routes lie is kept, so that a proxy may serve them under a prefix. */
function baseUrl(flag: string, received: string): string {
  const url = URL.parse(received);
  if (url !== null && ['http:', 'https:'].includes(url.protocol) && url.search === '' && url.hash === '')
    return url.href.replace(/\/+$/, '');
  throw new CommandError(
    'usage',
    `${flag} ${JSON.stringify(received)} is not a URL such as http://127.0.0.1:8080`,
  );
}
