import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** Kept of a program's output, in bytes: rendered manifests and logs are far smaller. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** How to run a program. */
export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment; by default this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs a program to its end and returns its standard output. Rejects with what it printed when it fails. */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  try {
    const { stdout } = await execFileAsync(file, args, { ...options, maxBuffer: OUTPUT_BYTES_MAX });
    return stdout;
  } catch (error) {
    if (!(error instanceof Error) || !('stderr' in error) || !('stdout' in error)) throw error;
    const printed = `${String(error.stdout)}${String(error.stderr)}`.trim();
    throw new Error(`${file} ${args.join(' ')} failed:\n${printed}`, { cause: error });
  }
}
