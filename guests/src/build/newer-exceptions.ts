import binaryen from 'assemblyscript/binaryen';

/** The same program with `try_table` and `throw_ref` in place of `try`, `catch` and `rethrow`, which compilers here make. */
export function withNewerExceptions(wasm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const module = binaryen.readBinary(wasm);
  module.setFeatures(binaryen.Features.All);
  module.runPasses(['translate-to-exnref']);
  const translated = new Uint8Array(module.emitBinary());
  module.dispose();
  return translated;
}
