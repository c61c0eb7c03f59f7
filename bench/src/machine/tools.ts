import { spawnSync } from 'node:child_process';

/** A program that benchmarks run, and the Debian package that it comes in. */
export interface Tool {
  readonly command: string;
  readonly aptPackage: string;
}

/** Programs that benchmarks run beside Node. */
export const TOOLS = {
  wrk: { command: 'wrk', aptPackage: 'wrk' },
  taskset: { command: 'taskset', aptPackage: 'util-linux' },
  redisServer: { command: 'redis-server', aptPackage: 'redis-server' },
} as const satisfies Record<string, Tool>;

/** Throws, naming the packages, unless each of `tools` is on the path. */
export function requireTools(tools: readonly Tool[]): void {
  const missing = tools.filter(({ command }) => spawnSync(command, ['--version']).error !== undefined);
  if (missing.length === 0) return;
  const commands = missing.map(({ command }) => command).join(', ');
  const packages = missing.map(({ aptPackage }) => aptPackage).join(' ');
  throw new Error(`Not on the path: ${commands}; install with: apt-get install ${packages}`);
}

/** The first line of what the program says of its version. */
export function versionOf({ command }: Tool): string {
  // Some print it to standard error, and wrk's exit status is 1.
  const { stdout, stderr } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return `${stdout}${stderr}`.split('\n', 1)[0] ?? '';
}
