/** The module with a custom section at its end: other bytes that do the same, of which nothing is known or compiled yet. */
export function freshVersion(wasm: Uint8Array, mark: string): Uint8Array<ArrayBuffer> {
  const name = Buffer.from(mark);
  if (name.length > MARK_BYTES_MAX)
    throw new RangeError(`A mark has at most ${MARK_BYTES_MAX} bytes, received ${name.length}`);
  const header = Buffer.from([CUSTOM_SECTION, name.length + 1, name.length]);
  return new Uint8Array(Buffer.concat([wasm, header, name]));
}

const CUSTOM_SECTION = 0;

/** So that each length takes one byte. */
const MARK_BYTES_MAX = 126;
