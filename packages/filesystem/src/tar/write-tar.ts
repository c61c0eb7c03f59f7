import { utf8 } from '@faasm/stdx';
import { BLOCK_BYTES, FIELD, headerChecksum, POSIX_MAGIC } from './tar-header.ts';

/** What can be written. */
export type WritableEntry =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string };

const TYPE = { file: '0', symlink: '2', directory: '5', extension: 'x' } as const;

/** Nothing but names and contents is written, so that equal files make an equal archive. */
const MODE = { file: 0o644, symlink: 0o777, directory: 0o755, extension: 0o644 } as const;

const EXTENSION_NAME = 'pax';

/** A tar archive in the pax form, in pieces. */
export function* writeTar(entries: Iterable<WritableEntry>): Generator<Uint8Array, void> {
  for (const entry of entries) {
    const content = entry.kind === 'file' ? entry.bytes : new Uint8Array(0);
    const target = entry.kind === 'symlink' ? entry.target : '';
    const records = [
      ...(fits(entry.path, FIELD.name) ? [] : [paxRecord('path', entry.path)]),
      ...(fits(target, FIELD.target) ? [] : [paxRecord('linkpath', target)]),
    ];
    if (records.length > 0) {
      const extension = Buffer.concat(records);
      yield header({ kind: 'extension', path: EXTENSION_NAME, target: '', sizeBytes: extension.byteLength });
      yield extension;
      yield padding(extension.byteLength);
    }
    yield header({ kind: entry.kind, path: entry.path, target, sizeBytes: content.byteLength });
    yield content;
    yield padding(content.byteLength);
  }
  yield new Uint8Array(2 * BLOCK_BYTES);
}

interface Written {
  readonly kind: keyof typeof TYPE;
  readonly path: string;
  readonly target: string;
  readonly sizeBytes: number;
}

function header({ kind, path, target, sizeBytes }: Written): Uint8Array {
  const block = Buffer.alloc(BLOCK_BYTES);
  const put = (bytes: Uint8Array, [offset, length]: readonly [number, number]): void => {
    block.set(bytes.subarray(0, length), offset);
  };
  put(utf8(path), FIELD.name);
  put(utf8(octal(MODE[kind], FIELD.mode[1])), FIELD.mode);
  put(utf8(octal(sizeBytes, FIELD.size[1])), FIELD.size);
  put(utf8(TYPE[kind]), FIELD.type);
  put(utf8(target), FIELD.target);
  put(utf8(POSIX_MAGIC), FIELD.magic);
  put(utf8('00'), FIELD.version);
  put(utf8(octal(headerChecksum(block), FIELD.checksum[1])), FIELD.checksum);
  return block;
}

/** The length counts itself, so that adding it may make it longer. */
function paxRecord(key: string, value: string): Uint8Array {
  const rest = utf8(` ${key}=${value}\n`);
  let length = rest.byteLength;
  for (let digits = 0; digits !== String(length).length;) {
    digits = String(length).length;
    length = rest.byteLength + digits;
  }
  return Buffer.concat([utf8(String(length)), rest]);
}

function fits(value: string, [, length]: readonly [number, number]): boolean {
  return utf8(value).byteLength <= length;
}

function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, '0')}\0`;
}

function padding(sizeBytes: number): Uint8Array {
  return new Uint8Array((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}
