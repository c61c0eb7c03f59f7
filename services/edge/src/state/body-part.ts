import { FaasmError } from '@faasm/protocol';
import type { ByteRange } from '@faasm/state';
import type { IncomingHttpHeaders } from 'node:http';

/** What the body of a request is of a value. */
export interface BodyPart {
  /** Of the whole value. */
  readonly sizeBytes: number;
  /** Where the bytes of the body belong. */
  readonly range: ByteRange;
}

/** RFC 9110, 14.4: first and last byte, and the size of the whole. */
const CONTENT_RANGE_PATTERN = /^bytes (?<first>\d{1,15})-(?<last>\d{1,15})\/(?<size>\d{1,15})$/i;

/**
 * What the headers say of a body: without `Content-Range` it is the whole value, with it a part of one (RFC 9110, 14.5).
 * Throws `request.no_length` and `request.bad_header`.
 */
export function bodyPart(headers: IncomingHttpHeaders): BodyPart {
  const lengthBytes = bodyBytes(headers);
  const contentRange = headers['content-range'];
  if (contentRange === undefined) {
    if (lengthBytes !== undefined) return { sizeBytes: lengthBytes, range: { start: 0, end: lengthBytes } };
    throw new FaasmError(
      'request.no_length',
      'Body has neither Content-Length nor Content-Range, so that the size of the value is not known',
    );
  }
  const part = readContentRange(contentRange);
  const partBytes = part.range.end - part.range.start;
  if (lengthBytes === undefined || lengthBytes === partBytes) return part;
  throw new FaasmError(
    'request.bad_header',
    `Header Content-Range is about ${partBytes} bytes, and the body has ${lengthBytes}`,
  );
}

/** Undefined when it is not known before its end. */
function bodyBytes(headers: IncomingHttpHeaders): number | undefined {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : undefined;
}

function readContentRange(received: string): BodyPart {
  const { first, last, size } = CONTENT_RANGE_PATTERN.exec(received)?.groups ?? {};
  const [start, end, sizeBytes] = [Number(first), Number(last) + 1, Number(size)];
  if (start < end && end <= sizeBytes) return { sizeBytes, range: { start, end } };
  throw new FaasmError(
    'request.bad_header',
    `Header Content-Range ${JSON.stringify(received.slice(0, 64))} is not a part of a whole, such as bytes 5-9/100`,
  );
}
