import { utf8 } from '@faasm/stdx';

/** An unsigned LEB128 integer, in as few bytes as it takes. */
export function leb128(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

/** A signed LEB128 integer of up to 33 bits, in as few bytes as it takes: constants and indices of heap types. */
export function signedLeb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = ((rest % 128) + 128) % 128;
    rest = Math.floor(rest / 128);
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

/** A name: its length in bytes, then its UTF-8. */
export function nameBytes(name: string): Uint8Array[] {
  const bytes = utf8(name);
  return [leb128(bytes.byteLength), bytes];
}

/** A section: its id, the size of its content, its content. */
export function sectionBytes(id: number, content: readonly Uint8Array[]): Uint8Array[] {
  const size = content.reduce((sum, part) => sum + part.byteLength, 0);
  return [Uint8Array.of(id), leb128(size), ...content];
}
