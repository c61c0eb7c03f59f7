import { EMPTY_BYTES } from '@faasm/stdx';
import type { Call } from './call.ts';
import type { CallLog } from './call-log.ts';
import type { CallResult } from './call-result.ts';
import { decodeFrame, encodeFrame } from './frame.ts';

/** Bytes of a call, for a queue that is not in this process. */
export function encodeCall(call: Call): Uint8Array<ArrayBuffer> {
  const { input, ...header } = call;
  return encodeFrame({ header, segments: [input] });
}

/** Reads {@link encodeCall}'s bytes. Throws `RangeError` or `SyntaxError` on anything else. */
export function decodeCall(bytes: Uint8Array): Call {
  const { header, segments } = decodeFrame(bytes);
  requireFields('Call', header, ['id', 'kind', 'function', 'acceptedAt', 'deadlineAt']);
  return { ...(header as Omit<Call, 'input'>), input: segments[0] ?? EMPTY_BYTES };
}

/** Bytes of a result, for a store or a reply that is not in this process. */
export function encodeCallResult(result: CallResult): Uint8Array<ArrayBuffer> {
  const { output, stdout, stderr, ...header } = result;
  return encodeFrame({ header, segments: [output, stdout, stderr] });
}

/** Reads {@link encodeCallResult}'s bytes. Throws `RangeError` or `SyntaxError` on anything else. */
export function decodeCallResult(bytes: Uint8Array): CallResult {
  const { header, segments } = decodeFrame(bytes);
  requireFields('Call result', header, ['id', 'outcome', 'timings', 'host', 'version', 'finishedAt']);
  const [output = EMPTY_BYTES, stdout = EMPTY_BYTES, stderr = EMPTY_BYTES] = segments;
  return { ...(header as Omit<CallResult, 'output' | 'stdout' | 'stderr'>), output, stdout, stderr };
}

/** Bytes of a log, for whoever follows in another process. */
export function encodeCallLog(log: CallLog): Uint8Array<ArrayBuffer> {
  const { stdout, stderr, ...header } = log;
  return encodeFrame({ header, segments: [stdout, stderr] });
}

/** Reads {@link encodeCallLog}'s bytes. Throws `RangeError` or `SyntaxError` on anything else. */
export function decodeCallLog(bytes: Uint8Array): CallLog {
  const { header, segments } = decodeFrame(bytes);
  requireFields('Call log', header, ['id', 'function', 'outcome', 'finishedAt']);
  const [stdout = EMPTY_BYTES, stderr = EMPTY_BYTES] = segments;
  return { ...(header as Omit<CallLog, 'stdout' | 'stderr'>), stdout, stderr };
}

/** Both ends are ours, so this finds a mix of versions rather than an attack. */
function requireFields(what: string, header: unknown, fields: readonly string[]): void {
  const missing = fields.filter(
    (field) => typeof header !== 'object' || header === null || !(field in header),
  );
  if (missing.length > 0) throw new RangeError(`${what} lacks ${missing.join(', ')}`);
}
