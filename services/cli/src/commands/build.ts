import type { Command } from 'commander';
import { relative } from 'node:path';
import { addJsonFlag, print, type Options } from '../context.ts';
import { CommandError } from '../exit-codes.ts';

interface BuildFlags {
  readonly output?: string;
  readonly exceptions?: true;
  readonly json: boolean;
}

/** Adds `faasm build`. */
export function addBuild(program: Command): void {
  const command = program
    .command('build')
    .description('build a function from C, C++, AssemblyScript or Rust with the compiler of this machine')
    .argument('[source]', 'a source file, or the folder of a project', '.')
    .argument('[flags...]', 'behind --: for the compiler, or for CMake or cargo where they build the project')
    .option('-o, --output <file>', 'the module; NAME.wasm beside the source without it')
    .option('--exceptions', 'C++ with exceptions, which emscripten compiles');
  addJsonFlag(command).action(async (source: string, own: readonly string[], options: Options) => {
    await build(operands(source, own), options as unknown as BuildFlags);
  });
}

interface Operands {
  readonly source: string;
  readonly flags: readonly string[];
}

/** Flags begin with `-`, and so does what is taken for the source where only flags were given. */
function operands(source: string, flags: readonly string[]): Operands {
  if (source.startsWith('-')) return { source: '.', flags: [source, ...flags] };
  const [first = '-'] = flags;
  if (first.startsWith('-')) return { source, flags };
  const shown = JSON.stringify(first.slice(0, SHOWN_CHARS_MAX));
  throw new CommandError(
    'usage',
    `Flags for the compiler begin with -, not as ${shown} does; there is 1 source`,
  );
}

const SHOWN_CHARS_MAX = 64;

async function build({ source, flags }: Operands, { output, exceptions, json }: BuildFlags): Promise<void> {
  const { BuildError, buildFunction } = await import('@faasm/guests/toolchain');
  const path = process.env['PATH'] ?? '';
  const request = {
    source,
    flags,
    path,
    exceptions: exceptions === true,
    ...(output === undefined ? {} : { output }),
  };
  const built = await buildFunction(request).catch((error: unknown) => {
    if (!(error instanceof BuildError)) throw error;
    throw new CommandError('usage', error.message, { code: 'build', cause: error });
  });
  if (built.messages !== '') process.stderr.write(`${built.messages}\n`);
  const { missingImports } = await import('@faasm/host-interface');
  const warnings = missingImports(built.imports).map(
    (name) => `Host has no function ${name}: a call of it traps`,
  );
  const { sizeBytes } = built;
  print({ json }, { output: built.output, sizeBytes, warnings }, () =>
    [
      `${relative('.', built.output)} (${sizeBytes} bytes)`,
      ...warnings.map((each) => `warning: ${each}`),
    ].join('\n'),
  );
}
