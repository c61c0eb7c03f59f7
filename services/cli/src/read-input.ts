import { fstatSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
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

/** Bytes that are sent as they are read. */
export interface StreamedInput {
  readonly body: Readable | Uint8Array;
  readonly sizeBytes: number;
}

/** Bytes of standard input that are held at once, at most. */
const STDIN_BYTES_MAX = 256 * 1024 * 1024;

/** A file as a stream; without a name or with `-`, standard input, which is read to its end first. Throws a `CommandError`. */
export async function streamInput(path: string | undefined): Promise<StreamedInput> {
  if (path === undefined || path === '-') {
    if (path === undefined && !stdinIsGiven())
      throw new CommandError('usage', 'Name a file, or pipe the bytes into standard input');
    const what = 'Standard input, which is no file that could be named,';
    const body = await readBounded(process.stdin, { what, maxBytes: STDIN_BYTES_MAX });
    return { body, sizeBytes: body.byteLength };
  }
  const file = await open(path);
  const stat = await file.stat();
  // The stream closes the file.
  const stream = file.createReadStream();
  if (stat.isFile()) return { body: Readable.from(exactly(stream, stat.size)), sizeBytes: stat.size };
  const body = await readBounded(stream, { what: `${path}, which is no file,`, maxBytes: STDIN_BYTES_MAX });
  return { body, sizeBytes: body.byteLength };
}

/** A file may change while it is sent; its length was said before. */
async function* exactly(stream: AsyncIterable<Buffer>, sizeBytes: number): AsyncGenerator<Buffer> {
  let left = sizeBytes;
  for await (const chunk of stream) {
    left -= chunk.byteLength;
    if (left < 0) break;
    yield chunk;
  }
  if (left !== 0) throw new CommandError('usage', 'File changed its size while it was sent');
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
