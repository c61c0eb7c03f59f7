import { FaasmError } from '@faasm/protocol';
import { shownPath } from '../bundle/shown-path.ts';

/** Tar consists of blocks of this size. */
export const BLOCK_BYTES = 512;

/** What one header block says. */
export interface TarHeader {
  readonly path: string;
  /** Type flag, a character; `0` for a file. */
  readonly type: string;
  /** Bytes of content that follow. */
  readonly sizeBytes: number;
  /** Of links, what they lead to; else empty. */
  readonly target: string;
}

/** Where the fields are: offset and length. */
export const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  size: [124, 12],
  checksum: [148, 8],
  type: [156, 1],
  target: [157, 100],
  magic: [257, 6],
  version: [263, 2],
  prefix: [345, 155],
} as const;

/** The POSIX form, whose names may begin in the field `prefix`; GNU's, which goes on with a space, has other things there. */
export const POSIX_MAGIC = 'ustar\0';

/** What the checksum counts its own field as. */
const SPACE = 0x20;

/** In the first byte of a number that is no octal text but binary. */
const BINARY_FLAG = 0x80;

/** Reads a header. Throws `files.invalid`; `offset` is where it is in the archive. */
export function readHeader(block: Uint8Array, offset: number): TarHeader {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  if (readNumber(bytes, FIELD.checksum) !== headerChecksum(bytes))
    throw new FaasmError(
      'files.invalid',
      `Archive has no tar header at byte ${offset}: its checksum is wrong`,
    );
  const isPosix = field(bytes, FIELD.magic).toString('latin1') === POSIX_MAGIC;
  const prefix = isPosix ? readText(bytes, FIELD.prefix) : '';
  const name = readText(bytes, FIELD.name);
  const path = prefix === '' ? name : `${prefix}/${name}`;
  const sizeBytes = readNumber(bytes, FIELD.size);
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0)
    throw new FaasmError('files.invalid', `File ${shownPath(path)} has no whole number as its size`);
  const type = readText(bytes, FIELD.type);
  return { path, type: type === '' ? '0' : type, sizeBytes, target: readText(bytes, FIELD.target) };
}

/** The sum of a header's bytes, its own field counted as spaces. */
export function headerChecksum(block: Uint8Array): number {
  const [start, length] = FIELD.checksum;
  return block.reduce((sum, byte, i) => sum + (i >= start && i < start + length ? SPACE : byte), 0);
}

/** Text of UTF-8 bytes, as it is in names. Throws `files.invalid` for bytes that are none. */
export function nameText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    const shown = Buffer.from(bytes.subarray(0, SHOWN_BYTES_MAX)).toString('latin1');
    throw new FaasmError('files.invalid', `File ${JSON.stringify(shown)} has a name that is no UTF-8`, {
      cause,
    });
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const SHOWN_BYTES_MAX = 100;

type Place = readonly [offset: number, length: number];

function field(block: Buffer, [offset, length]: Place): Buffer {
  return block.subarray(offset, offset + length);
}

function readText(block: Buffer, place: Place): string {
  const bytes = field(block, place);
  const end = bytes.indexOf(0);
  return nameText(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Octal text, or a binary number where the first bit is set; NaN for anything else. */
function readNumber(block: Buffer, place: Place): number {
  const bytes = field(block, place);
  const [first = 0, ...rest] = bytes;
  if ((first & BINARY_FLAG) !== 0) return rest.reduce((sum, byte) => sum * 256 + byte, first & ~BINARY_FLAG);
  const digits = bytes
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(`0${digits}`, 8) : Number.NaN;
}
