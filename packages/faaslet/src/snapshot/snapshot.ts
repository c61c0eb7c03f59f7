import type { Extent } from '../memory/memory-mapper.ts';

/** A table that is not what instantiation makes of it, or, behind the tables, a global that refers to a function. */
export interface TableSnapshot {
  readonly index: number;
  /** In entries. */
  readonly size: number;
  /** The entries that differ; `undefined` is null, functions are named by their index in the module. */
  readonly entries: readonly { readonly at: number; readonly functionIndex: number | undefined }[];
}

/** Everything of an initialised instance that a guest can change. */
export interface Snapshot {
  /** Virtual size of the linear memory, in pages of 64 KiB. */
  readonly pages: number;
  /**
   * The parts of the memory that are not zero, in ascending order; offsets and lengths are multiples of 4,096 bytes.
   */
  readonly extents: readonly Extent[];
  /** The mutable globals, as the prepared module saves them: 16 bytes each. */
  readonly globals: Uint8Array;
  readonly tables: readonly TableSnapshot[];
}
