const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** UTF-8 bytes of `text`. */
export function utf8(value: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(value);
}

/** Text of UTF-8 `bytes`; invalid sequences become U+FFFD, so it never throws. */
export function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** One array with the bytes of all `parts` in order. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}

/** The array without bytes, shared because it cannot be changed. */
export const EMPTY_BYTES: Uint8Array<ArrayBuffer> = new Uint8Array(0);
