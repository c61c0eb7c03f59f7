import { spawn } from 'node:child_process';
import { REPOSITORY_ROOT } from './repository-root.ts';

/**
 * Runs a command in the repository with our output and without input. Resolves to whether it ended with 0; rejects
 * when it cannot be started.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const child = spawn(command, args, {
    cwd: REPOSITORY_ROOT,
    env: { ...process.env, CI: 'true', ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code === 0);
    });
  });
}
