import { refuse } from '../file-error.ts';

/** Longest path, in bytes of UTF-8; as PATH_MAX of Linux. */
export const PATH_BYTES_MAX = 4_096;

/** Longest name in a directory, in bytes of UTF-8; as NAME_MAX of Linux. */
export const NAME_BYTES_MAX = 255;

/** Bytes of UTF-8 that a unit of a JavaScript string comes to at most. */
const BYTES_PER_UNIT_MAX = 3;

/** A path, cut at its slashes. */
export interface SplitPath {
  readonly isAbsolute: boolean;
  /** Without those that are empty, and `.` only at the end. */
  readonly names: readonly string[];
  /** Whether it ends in a slash, so that it can only mean a directory. */
  readonly isDirectory: boolean;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The first byte that is not ASCII. */
const NOT_ASCII = 0x80;

/** The path in a guest's bytes. Throws `ilseq` for what is not UTF-8. */
export function decodePath(bytes: Uint8Array): string {
  // Almost all are, and for short ones the decoder takes longer than all the rest of a call.
  if (bytes.every((byte) => byte < NOT_ASCII))
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  try {
    return decoder.decode(bytes);
  } catch {
    return refuse('ilseq');
  }
}

/** Throws `noent` for an empty path, `inval` for one with NUL, `nametoolong` for one that is too long or has too long a name. */
export function splitPath(path: string): SplitPath {
  if (path === '') refuse('noent');
  if (path.includes('\0')) refuse('inval');
  if (isLonger(path, PATH_BYTES_MAX)) refuse('nametoolong');
  const parts = path.split('/');
  const names = parts.filter((part) => part !== '' && part !== '.');
  if (parts.findLast((part) => part !== '') === '.') names.push('.');
  if (names.some((name) => isLonger(name, NAME_BYTES_MAX))) refuse('nametoolong');
  return { isAbsolute: parts[0] === '', names, isDirectory: parts.at(-1) === '' };
}

function isLonger(value: string, bytesMax: number): boolean {
  return value.length * BYTES_PER_UNIT_MAX > bytesMax && Buffer.byteLength(value) > bytesMax;
}
