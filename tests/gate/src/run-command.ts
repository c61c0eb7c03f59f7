import { spawn } from 'node:child_process';
import { REPOSITORY_ROOT } from './repository-root.ts';

/** What a command may be given. */
export interface CommandOptions {
  /** Added to our environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** After so many milliseconds it is interrupted, as by Ctrl-C; without it, it takes what time it takes. */
  readonly timeoutMs?: number;
}

/**
 * Runs a command in the repository with our output and without input. Resolves to whether it ended with 0; rejects
 * when it cannot be started.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { env = {}, timeoutMs = 0 }: CommandOptions = {},
): Promise<boolean> {
  const child = spawn(command, args, {
    cwd: REPOSITORY_ROOT,
    env: { ...process.env, CI: 'true', ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: timeoutMs,
    killSignal: 'SIGINT',
  });
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code === 0 && !child.killed);
    });
  });
}
