import { text } from '@faasm/stdx';
import { main as asc } from 'assemblyscript/asc';

/** One AssemblyScript program: `source` is a path below `cwd`. */
interface AscRequest {
  readonly cwd: string;
  readonly source: string;
  readonly output: string;
  readonly flags: readonly string[];
}

/** Compiles a guest with the stock compiler. Rejects with the compiler's messages. */
export async function compileAssemblyScript({ cwd, source, output, flags }: AscRequest): Promise<void> {
  const messages: string[] = [];
  const stderr = {
    write(message: Uint8Array | string): void {
      messages.push(typeof message === 'string' ? message : text(message));
    },
  };
  const args = [
    source,
    '--baseDir',
    cwd,
    '--optimize',
    // Every call starts from the snapshot, so nothing is gained by freeing.
    '--runtime',
    'stub',
    '--use',
    'abort=assemblyscript/faasm/abort',
    ...flags,
    '--outFile',
    output,
  ];
  const { error } = await asc(args, { stderr });
  if (error !== null) throw new Error(`Cannot compile ${source}: ${messages.join('')}`, { cause: error });
}
