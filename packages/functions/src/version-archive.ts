import { readTar, shownPath, TreeBuilder, type FilesBounds, type WritableEntry } from '@faasm/filesystem';
import { FaasmError } from '@faasm/protocol';
import { packFiles, type PackedFiles } from './version-files.ts';

/** What a version is uploaded as that has files: a tar archive with the module and a directory. */
const MODULE_NAME = 'function.wasm';
const FILES_NAME = 'files';

/** What an archive may add to the contents of its files, for each of them: headers with long names, and padding. */
const OVERHEAD_BYTES = 8_192;

/** Bounds of an archive. */
export interface ArchiveBounds extends FilesBounds {
  /** Largest module, in bytes. */
  readonly moduleBytesMax: number;
}

/** What an archive holds. */
export interface VersionArchive {
  readonly module: Uint8Array;
  /** Undefined when it holds no files. */
  readonly files: PackedFiles | undefined;
}

/** No archive that holds what it may is larger, in bytes. */
export function archiveBytesMax({ moduleBytesMax, bytesMax, entriesMax }: ArchiveBounds): number {
  return moduleBytesMax + bytesMax + (entriesMax + 1) * OVERHEAD_BYTES;
}

/**
 * Reads an archive of a version: `function.wasm` and what lies in `files`, and nothing else. Throws `files.invalid`,
 * `files.too_large` or `module.too_large`.
 */
export function readVersionArchive(archive: Uint8Array, bounds: ArchiveBounds): VersionArchive {
  const tree = new TreeBuilder(bounds);
  let module: Uint8Array | undefined;
  for (const entry of readTar(archive)) {
    const path = entry.path.replace(/^(?:\.\/+)+/, '');
    if (path === MODULE_NAME && entry.kind === 'file') {
      if (module !== undefined) throw invalid(entry.path, 'comes twice');
      module = withinLimit(entry.bytes, bounds.moduleBytesMax);
      continue;
    }
    const inside = belowFiles(path);
    if (inside === undefined) {
      // What an archive of a directory begins with.
      if (entry.kind === 'directory' && (path === '' || path === '.')) continue;
      throw invalid(entry.path, `is neither ${MODULE_NAME} nor in ${FILES_NAME}/`);
    }
    if (entry.kind === 'file') tree.addFile(inside, entry.bytes);
    else if (entry.kind === 'directory') tree.addDirectory(inside);
    else if (entry.kind === 'symlink') tree.addSymlink(inside, entry.target);
    else tree.addHardlink(inside, belowFiles(entry.target.replace(/^(?:\.\/+)+/, '')) ?? entry.target);
  }
  if (module === undefined)
    throw new FaasmError('files.invalid', `Archive holds no file ${MODULE_NAME}, the module`);
  return { module, files: packFiles(tree) };
}

/** The entries of an archive with a module, and with files whose paths begin below their directory. */
export function* versionArchiveEntries(
  module: Uint8Array,
  files: Iterable<WritableEntry>,
): Generator<WritableEntry, void> {
  yield { kind: 'file', path: MODULE_NAME, bytes: module };
  for (const entry of files) yield { ...entry, path: `${FILES_NAME}/${entry.path}` };
}

/** The rest of a path that begins in the files' directory, which itself is `.`; undefined for any other. */
function belowFiles(path: string): string | undefined {
  if (path === FILES_NAME) return '.';
  if (!path.startsWith(`${FILES_NAME}/`)) return undefined;
  const rest = path.slice(FILES_NAME.length + 1);
  return rest === '' ? '.' : rest;
}

function withinLimit(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.byteLength <= maxBytes) return bytes;
  const message = `Module of ${bytes.byteLength} bytes is larger than the limit of ${maxBytes} bytes`;
  throw new FaasmError('module.too_large', message);
}

function invalid(path: string, why: string): FaasmError {
  return new FaasmError('files.invalid', `File ${shownPath(path)} ${why}`);
}
