import { buildFunction } from '@faasm/guests/toolchain';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OWN = fileURLToPath(new URL('../../state-programs/', import.meta.url));
const EXAMPLES = fileURLToPath(new URL('../../../guests/examples/', import.meta.url));

/** Where Debian's compilers lie. */
const PATH = '/usr/bin:/bin';

/** Builds one of the programs in `state-programs/` in a folder. */
export async function stateProgram(name: string, folder: string): Promise<Uint8Array<ArrayBuffer>> {
  return await built(join(OWN, `${name}.c`), folder);
}

/** Builds one of the examples of the guest libraries in a folder. */
export async function exampleProgram(name: string, folder: string): Promise<Uint8Array<ArrayBuffer>> {
  return await built(join(EXAMPLES, name, `${name}.c`), folder);
}

async function built(source: string, folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const { output } = await buildFunction({
    source,
    output: join(folder, `${basename(source, '.c')}.wasm`),
    path: PATH,
  });
  return new Uint8Array(await readFile(output));
}
