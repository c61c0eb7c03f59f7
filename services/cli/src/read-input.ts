import { fstatSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { CommandError } from './exit-codes.ts';

const STDIN = 0;

/** Where the input of a call comes from. */
export interface InputFlags {
  /** The input itself. */
  readonly input?: string;
  /** Path of a file with the input. */
  readonly file?: string;
}

/**
 * The input that the flags name; without one, standard input if it is a pipe, a socket or a file, else no bytes.
 * Throws a `CommandError` when it is larger than `maxBytes`.
 */
export async function readInput(flags: InputFlags, maxBytes: number): Promise<Uint8Array> {
  if (flags.input !== undefined) return Buffer.from(flags.input);
  if (flags.file !== undefined) return await readFileBounded(flags.file, maxBytes);
  return stdinIsGiven()
    ? await readBounded(process.stdin, { what: 'Standard input', maxBytes })
    : Buffer.of();
}

/** The bytes of a file. Throws a `CommandError` when there are more than `maxBytes`. */
export async function readFileBounded(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path);
  // The stream closes the file.
  return await readBounded(file.createReadStream(), { what: `File ${path}`, maxBytes });
}

/** A terminal and /dev/null are character devices: nobody put input there. */
function stdinIsGiven(): boolean {
  const stat = fstatSync(STDIN);
  return stat.isFIFO() || stat.isSocket() || stat.isFile();
}

async function readBounded(
  stream: AsyncIterable<Buffer>,
  { what, maxBytes }: { what: string; maxBytes: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes)
      throw new CommandError('usage', `${what} is larger than the limit of ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
