import { FaasmError } from '@faasm/protocol';
import { shownPath } from '../bundle/shown-path.ts';
import { nameText } from './tar-header.ts';

const SPACE = 0x20;
const NEWLINE = 0x0a;

/** A record's length; an extension is no longer than six digits tell. */
const LENGTH = /^\d{1,6}$/;

/** Keys that say something that is used here; the values of others may be no text. */
const USED = new Set(['path', 'linkpath', 'size']);

/**
 * The records `LENGTH KEY=VALUE\n` of a pax extension; values of keys that are not used are left empty. Throws
 * `files.invalid`; `path` names the extension.
 */
export function paxRecords(content: Uint8Array, path: string): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.byteLength;) {
    const space = content.indexOf(SPACE, at);
    const digits = Buffer.from(content.subarray(at, space < 0 ? at : space)).toString('latin1');
    const length = LENGTH.test(digits) ? Number(digits) : 0;
    const record = content.subarray(space + 1, at + length);
    const equals = record.indexOf(0x3d);
    const isWhole = at + length <= content.byteLength && record.at(-1) === NEWLINE;
    if (length === 0 || equals <= 0 || !isWhole) throw malformed(path);
    const key = nameText(record.subarray(0, equals));
    records.set(key, USED.has(key) ? nameText(record.subarray(equals + 1, -1)) : '');
    at += length;
  }
  return records;
}

function malformed(path: string): FaasmError {
  return new FaasmError(
    'files.invalid',
    `Archive has a pax extension ${shownPath(path)} that makes no sense`,
  );
}
