import { execFile } from 'node:child_process';
import { BuildError } from './build-error.ts';

/** More than so many bytes of messages are an error of their own: nobody reads them. */
const MESSAGES_LIMIT_BYTES = 16 * 1024 * 1024;

/** What a tool finds. */
export interface ToolSurroundings {
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a tool said. */
export interface ToolMessages {
  readonly stdout: string;
  /** Warnings, when it ended well. */
  readonly stderr: string;
}

/** Runs a compiler. Rejects with a {@link BuildError} that has its messages when it fails or cannot be run. */
export async function runTool(
  program: string,
  args: readonly string[],
  { cwd, env }: ToolSurroundings,
): Promise<ToolMessages> {
  return await new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env, maxBuffer: MESSAGES_LIMIT_BYTES }, (error, stdout, stderr) => {
      if (error === null) {
        resolve({ stdout, stderr });
        return;
      }
      const messages = `${stderr}${stdout}`.trimEnd();
      const how = typeof error.code === 'number' ? `ended with ${error.code}` : error.message;
      reject(new BuildError(`${program} ${how}${messages === '' ? '' : `:\n${messages}`}`, { cause: error }));
    });
  });
}
