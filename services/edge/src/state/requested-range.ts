import { FaasmError } from '@faasm/protocol';
import type { ByteRange, ValueInfo } from '@faasm/state';
import type { IncomingHttpHeaders } from 'node:http';
import { entityTag } from './versions.ts';

/** RFC 9110, 14.1.2: from a byte to another, from a byte on, or so many at the end. */
const RANGE_PATTERN = /^(?:(?<first>\d{1,15})-(?<last>\d{1,15})?|-(?<suffix>\d{1,15}))$/;

const UNIT_PATTERN = /^bytes=/i;

/**
 * The bytes that `Range` asks for of a value, cut off at its end; none of them when it asks for none that the value has.
 * All when there is no `Range`, when it counts in another unit, or when `If-Range` names another version. Throws
 * `request.bad_header` for what is not one range.
 */
export function requestedRange(headers: IncomingHttpHeaders, info: ValueInfo): ByteRange | 'all' | 'none' {
  const { range: header, 'if-range': ifRange } = headers;
  if (header === undefined || !UNIT_PATTERN.test(header)) return 'all';
  if (ifRange !== undefined && ifRange !== entityTag(info.version)) return 'all';
  const { start, end } = readRange(header, info.sizeBytes);
  return start < end ? { start, end } : 'none';
}

function readRange(header: string, sizeBytes: number): ByteRange {
  const groups = RANGE_PATTERN.exec(header.replace(UNIT_PATTERN, '').trim())?.groups;
  const { first, last, suffix } = groups ?? {};
  if (suffix !== undefined) return { start: Math.max(0, sizeBytes - Number(suffix)), end: sizeBytes };
  const [start, end] = [Number(first), last === undefined ? sizeBytes : Number(last) + 1];
  if (groups !== undefined && (last === undefined || start < end))
    return { start, end: Math.min(end, sizeBytes) };
  throw new FaasmError(
    'request.bad_header',
    `Header Range ${JSON.stringify(header.slice(0, 64))} is not one range such as bytes=0-99, bytes=100- or bytes=-100`,
  );
}
