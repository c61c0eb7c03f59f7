import { buildFunction } from '@faasm/guests/toolchain';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../../state-programs/', import.meta.url));

/** Where Debian's compilers lie. */
const PATH = '/usr/bin:/bin';

/** Builds one of the programs in `state-programs/` in a folder. */
export async function stateProgram(name: string, folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const { output } = await buildFunction({
    source: join(SOURCES, `${name}.c`),
    output: join(folder, `${name}.wasm`),
    path: PATH,
  });
  return new Uint8Array(await readFile(output));
}
