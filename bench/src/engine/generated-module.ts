import { assemble, I32, OP } from '@faasm/faaslet/testing';

/** What a generated module is like. */
export interface GeneratedModuleShape {
  /** Of its code, in bytes, about. */
  readonly codeBytes: number;
  /** Of its linear memory, in pages of 64 KiB. */
  readonly pages: number;
  /** Whether the entry calls `env.mark` first, which only the engine's benchmark has. */
  readonly marks?: boolean;
}

/** Bytes that one filler function takes in the module, about. */
const FILLER_BYTES = 900;

/**
 * A module of a given size whose entry touches one page of memory, so that what it costs is
 * what its size costs.
 */
export function generatedModule({
  codeBytes,
  pages,
  marks = true,
}: GeneratedModuleShape): Uint8Array<ArrayBuffer> {
  const mark = { from: 'env', name: 'mark' };
  const step = [OP.i32(1_024), OP.i32(7), OP.i32Store];
  const steps = Array.from({ length: FILLER_BYTES / step.flat().length }, () => step).flat();
  const filler = { parameters: [I32], body: steps };
  return assemble({
    imports: marks ? [mark] : [],
    memory: { min: pages },
    functions: [
      { name: '_start', body: [...(marks ? [OP.call(0)] : []), ...step] },
      ...Array.from({ length: Math.floor(codeBytes / FILLER_BYTES) }, () => filler),
    ],
    data: Uint8Array.from({ length: 4_096 }, (_, i) => i + 1),
  });
}
