/**
 * `(module (func (export "trap") unreachable))`: the error that V8 makes when this runs passes through every
 * `catch_all` of a guest, while an error that JavaScript made would be caught by it.
 */
// prettier-ignore
const TRAP_MODULE = Uint8Array.of(
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
  0x01, 0x04, 0x01, 0x60, 0x00, 0x00,
  0x03, 0x02, 0x01, 0x00,
  0x07, 0x08, 0x01, 0x04, 0x74, 0x72, 0x61, 0x70, 0x00, 0x00,
  0x0a, 0x05, 0x01, 0x03, 0x00, 0x00, 0x0b,
);

const trapInstance = new WebAssembly.Instance(new WebAssembly.Module(TRAP_MODULE));

/** A fresh error object that no guest can catch. Throw it from a host function after the reason was recorded. */
export function uncatchableError(): WebAssembly.RuntimeError {
  const { trap } = trapInstance.exports;
  try {
    if (typeof trap === 'function') trap();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return error;
    throw error;
  }
  throw new TypeError('The module whose function traps did not trap');
}
