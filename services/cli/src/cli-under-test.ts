import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What runs when `faasm` is called. */
export const MAIN: string = fileURLToPath(new URL('main.ts', import.meta.url));

/** What a command left behind. */
export interface Done {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** How to run a command beside its arguments. */
export interface Running {
  /** Piped in; without it standard input is /dev/null. */
  readonly input?: Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `faasm` as a process of its own, in the directory `cwd`. */
export async function runCli(
  args: readonly string[],
  { cwd, input, env = {} }: Running & { readonly cwd: string },
): Promise<Done> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  child.stdin?.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}
