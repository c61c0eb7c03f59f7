import { concat, text, utf8 } from '@faasm/stdx';

/**
 * A frame is what crosses a process boundary: a JSON header and a number of byte strings.
 *
 * ```
 * u8 version | u32 header length | header (JSON, UTF-8) | per segment: u32 length, bytes
 * ```
 *
 * Integers are little-endian. The number of segments is what the rest of the frame holds.
 */
export interface Frame {
  readonly header: unknown;
  readonly segments: readonly Uint8Array[];
}

/** Raised with every change that an older reader would misread. */
export const FRAME_VERSION = 1;

const U32_BYTES = 4;

/** Bytes of `frame`. The header must be JSON; each segment is shorter than 4 GiB. */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [Uint8Array.of(FRAME_VERSION)];
  for (const part of [utf8(JSON.stringify(frame.header)), ...frame.segments]) {
    pieces.push(u32(part.byteLength), part);
  }
  return concat(pieces);
}

/** Reads {@link encodeFrame}'s bytes; segments are views, not copies. Throws `RangeError` naming what is wrong. */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes[0] !== FRAME_VERSION) {
    throw new RangeError(`Frame version ${String(bytes[0])} is not ${FRAME_VERSION}`);
  }
  const [header, ...segments] = [...parts(bytes)];
  if (header === undefined) throw new RangeError('Frame has no header');
  return { header: JSON.parse(text(header)), segments };
}

function* parts(bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 1;
  while (offset < bytes.byteLength) {
    if (offset + U32_BYTES > bytes.byteLength) throw new RangeError(`Frame is cut at byte ${offset}`);
    const start = offset + U32_BYTES;
    const end = start + view.getUint32(offset, true);
    if (end > bytes.byteLength) {
      throw new RangeError(`Frame of ${bytes.byteLength} bytes is cut: a part ends at byte ${end}`);
    }
    yield bytes.subarray(start, end);
    offset = end;
  }
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(U32_BYTES);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
