import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { BuildError } from './build-error.ts';
import { runTool } from './run-tool.ts';

/** One AssemblyScript program. `source` may be a path below `cwd`, from which the compiler is found. */
interface AscRequest {
  readonly cwd: string;
  readonly source: string;
  readonly output: string;
  readonly flags: readonly string[];
}

/**
 * Compiles a guest with the AssemblyScript that npm installed for its folder; resolves to the compiler's warnings.
 * Rejects with a {@link BuildError} that has its messages, or that says how to install it.
 */
export async function compileAssemblyScript(request: AscRequest): Promise<string> {
  const { cwd, source, output, flags } = request;
  const args = [
    compilerOf(cwd),
    // The compiler takes every path as one below its base folder.
    relative(cwd, resolve(cwd, source)),
    '--baseDir',
    cwd,
    '--optimize',
    // Every call starts from the snapshot, so nothing is gained by freeing.
    '--runtime',
    'stub',
    ...flags,
    '--outFile',
    relative(cwd, output),
  ];
  return (await runTool(process.execPath, args, { cwd, env: process.env })).stderr;
}

function compilerOf(folder: string): string {
  try {
    return createRequire(join(folder, 'package.json')).resolve('assemblyscript/bin/asc.js');
  } catch (cause) {
    throw new BuildError(
      `AssemblyScript functions need the npm package assemblyscript, which ${folder} does not have; ` +
        'there: npm install --save-dev assemblyscript',
      { cause },
    );
  }
}
