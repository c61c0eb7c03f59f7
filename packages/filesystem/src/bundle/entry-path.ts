import { FaasmError } from '@faasm/protocol';
import { shownPath } from './shown-path.ts';

/** Bounds of names, in bytes of UTF-8: those of common file systems. */
export const PATH_BOUNDS = { nameBytes: 255, pathBytes: 4_095 } as const;

/**
 * The names that a path leads through; none for the root itself. Throws `files.invalid` for a path that is absolute, leads
 * upwards, or has a name that no file can have.
 */
export function pathNames(path: string): string[] {
  if (path.startsWith('/')) throw bad(path, 'is absolute');
  if (path.includes('\0')) throw bad(path, 'holds a NUL');
  if (!path.isWellFormed()) throw bad(path, 'holds half of a surrogate pair, which has no UTF-8');
  const bytes = Buffer.byteLength(path);
  if (bytes > PATH_BOUNDS.pathBytes)
    throw bad(path, `has ${bytes} bytes, over the limit of ${PATH_BOUNDS.pathBytes}`);
  const names = path
    .replace(/^(?:\.\/+)+/, '')
    .replace(/\/+$/, '')
    .split('/');
  if (names.length === 1 && (names[0] === '' || names[0] === '.')) return [];
  for (const name of names) checkName(name, path);
  return names;
}

/** Where a link leads whose directory has the names `from`. Throws `files.invalid` when that is outside of the root. */
export function checkLink(path: string, { target, from }: { target: string; from: readonly string[] }): void {
  const leads = `leads to ${shownPath(target)}`;
  if (target === '' || target.includes('\0')) throw bad(path, `${leads}, which is no path`);
  if (Buffer.byteLength(target) > PATH_BOUNDS.pathBytes)
    throw bad(path, `${leads}, longer than ${PATH_BOUNDS.pathBytes} bytes`);
  let depth = from.length;
  for (const name of target.split('/')) {
    if (name === '..') depth -= 1;
    else if (name !== '' && name !== '.') depth += 1;
    if (depth < 0) break;
  }
  if (target.startsWith('/') || depth < 0) throw bad(path, `${leads}, outside of the files`);
}

/** The error for a path that cannot be taken. */
export function bad(path: string, why: string): FaasmError {
  return new FaasmError('files.invalid', `File ${shownPath(path)} ${why}`);
}

function checkName(name: string, path: string): void {
  if (name === '') throw bad(path, 'has an empty name in its path');
  if (name === '.' || name === '..') throw bad(path, `has ${name} in its path`);
  const bytes = Buffer.byteLength(name);
  if (bytes > PATH_BOUNDS.nameBytes)
    throw bad(path, `has a name of ${bytes} bytes, over the limit of ${PATH_BOUNDS.nameBytes}`);
}
