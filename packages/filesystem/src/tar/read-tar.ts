import { FaasmError } from '@faasm/protocol';
import { shownPath } from '../bundle/shown-path.ts';
import { paxRecords } from './pax-records.ts';
import { BLOCK_BYTES, nameText, readHeader, type TarHeader } from './tar-header.ts';

/** One entry of an archive, as it says itself: nothing of it was checked but that its bytes are there. */
export type TarEntry =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'symlink' | 'hardlink'; readonly path: string; readonly target: string };

/** Long names and the like come in entries of their own, whose content is at most so large, in bytes. */
const EXTENSION_BYTES_MAX = 65_536;

/** What entries that cannot be files are, by type flag. */
const REFUSED: Readonly<Record<string, string>> = {
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a FIFO',
  S: 'a sparse file',
  M: 'a part of a file',
};

const HARD_LINK = '1';

/** What extensions say of the entry that follows them. */
interface Extension {
  readonly path?: string;
  readonly target?: string;
  readonly sizeBytes?: number;
}

/**
 * The entries of a tar archive, in their order: POSIX (ustar and pax) and GNU forms. Throws `files.invalid` for what is no
 * archive, ends early, or is neither file, directory nor link. Contents are views of `archive`.
 */
export function* readTar(archive: Uint8Array): Generator<TarEntry, void> {
  let extension: Extension = {};
  for (let at = 0; ;) {
    const block = archive.subarray(at, at + BLOCK_BYTES);
    if (block.byteLength < BLOCK_BYTES) throw endsEarly();
    if (block.every((byte) => byte === 0)) return;
    const header = extended(readHeader(block, at), extension);
    const contentAt = at + BLOCK_BYTES;
    const content = archive.subarray(contentAt, contentAt + header.sizeBytes);
    if (content.byteLength < header.sizeBytes) throw endsEarly(header);
    at = contentAt + Math.ceil(header.sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
    const said = readExtension(header, content);
    extension = said === undefined ? {} : { ...extension, ...said };
    if (said === undefined) yield entryOf(header, content);
  }
}

function endsEarly(header?: TarHeader): FaasmError {
  const where =
    header === undefined
      ? 'before its end mark, two empty blocks'
      : `in ${shownPath(header.path)}, which says that it has ${header.sizeBytes} bytes`;
  return new FaasmError('files.invalid', `Archive ends ${where}`);
}

/** The header with what came before it, unless it is of an extension itself. */
function extended(header: TarHeader, { path, target, sizeBytes }: Extension): TarHeader {
  if (isExtension(header)) return header;
  // Some say the size of what a hard link leads to, which does not follow.
  const size = header.type === HARD_LINK ? 0 : (sizeBytes ?? header.sizeBytes);
  return { type: header.type, path: path ?? header.path, target: target ?? header.target, sizeBytes: size };
}

function isExtension({ type }: TarHeader): boolean {
  return ['x', 'g', 'L', 'K'].includes(type);
}

/** What an extension says; undefined for an entry that is none. */
function readExtension(header: TarHeader, content: Uint8Array): Extension | undefined {
  if (!isExtension(header)) return undefined;
  if (header.sizeBytes > EXTENSION_BYTES_MAX) {
    const name = shownPath(header.path);
    const message = `Archive has an extension ${name} of ${header.sizeBytes} bytes, over the limit of ${EXTENSION_BYTES_MAX}`;
    throw new FaasmError('files.invalid', message);
  }
  if (header.type === 'L') return { path: terminated(content) };
  if (header.type === 'K') return { target: terminated(content) };
  // What it says of all entries is when and by whom the archive was made.
  return header.type === 'g' ? {} : paxExtension(header, content);
}

function paxExtension(header: TarHeader, content: Uint8Array): Extension {
  const records = paxRecords(content, header.path);
  if ([...records.keys()].some((key) => key.startsWith('GNU.sparse.')))
    throw new FaasmError(
      'files.invalid',
      `File ${shownPath(header.path)} is a sparse file, which is not taken`,
    );
  const path = records.get('path');
  const target = records.get('linkpath');
  const size = records.get('size');
  if (size !== undefined && !/^\d{1,15}$/.test(size))
    throw new FaasmError('files.invalid', `File ${shownPath(header.path)} has no whole number as its size`);
  return {
    ...(path === undefined ? {} : { path }),
    ...(target === undefined ? {} : { target }),
    ...(size === undefined ? {} : { sizeBytes: Number(size) }),
  };
}

function terminated(content: Uint8Array): string {
  const end = content.indexOf(0);
  return nameText(end < 0 ? content : content.subarray(0, end));
}

function entryOf({ path, type, target, sizeBytes }: TarHeader, bytes: Uint8Array): TarEntry {
  if (type === '0' || type === '7')
    // Before directories had a type of their own their names ended so.
    return path.endsWith('/') && sizeBytes === 0
      ? { kind: 'directory', path }
      : { kind: 'file', path, bytes };
  if (type === HARD_LINK) return { kind: 'hardlink', path, target };
  if (type === '2') return { kind: 'symlink', path, target };
  if (type === '5') return { kind: 'directory', path };
  const what = REFUSED[type] ?? `an entry of the type ${JSON.stringify(type)}`;
  throw new FaasmError('files.invalid', `File ${shownPath(path)} is ${what}, which is not taken`);
}
