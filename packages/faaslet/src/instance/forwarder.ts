/** `(module (import "h" "g" (func (param i32) (result i32))) (export "g" (func 0)))` */
// prettier-ignore
const FORWARDER = new WebAssembly.Module(Uint8Array.of(
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
  0x01, 0x06, 0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f,
  0x02, 0x07, 0x01, 0x01, 0x68, 0x01, 0x67, 0x00, 0x00,
  0x07, 0x05, 0x01, 0x01, 0x67, 0x00, 0x00,
));

/** Makes of a JavaScript function `(i32) -> i32`, or one that suspends, one that a global of a prepared module can refer to. */
export function forwarded(target: (value: number) => number): WebAssembly.ExportValue {
  const { g } = new WebAssembly.Instance(FORWARDER, { h: { g: target } }).exports;
  if (g === undefined) throw new TypeError('The forwarder exports no function');
  return g;
}
