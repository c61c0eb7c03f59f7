import type { BinaryReader } from '../binary-reader.ts';
import { leb128 } from '../binary-writer.ts';
import { skipType } from '../immediates.ts';
import { TYPE } from './code-builder.ts';

/** The local variables that a function body declares. */
export interface Locals {
  /** How many there are, parameters not included. */
  readonly count: number;
  /** The declaration with so many i32s behind those that there are. */
  with(added: number): Uint8Array[];
}

/** Reads the beginning of a function body. */
export function readLocals(bytes: Uint8Array, reader: BinaryReader): Locals {
  const groups = reader.u32();
  const start = reader.offset;
  let count = 0;
  for (let left = groups; left > 0; left--) {
    count += reader.u32();
    skipType(reader);
  }
  const declared = bytes.subarray(start, reader.offset);
  return {
    count,
    with: (added) =>
      added === 0
        ? [leb128(groups), declared]
        : [leb128(groups + 1), declared, leb128(added), Uint8Array.of(TYPE.i32)],
  };
}
