import { MalformedModuleError, type BinaryReader } from './binary-reader.ts';

/** Size of a page of linear memory. */
export const PAGE_BYTES = 65_536;

/** Type of a linear memory, sizes in pages. */
export interface MemoryType {
  readonly minPages: number;
  readonly maxPages: number | undefined;
  readonly shared: boolean;
}

/** Bits of the flags byte, from the core specification 5.3.9 and the proposals for threads, memory64 and page sizes. */
const FLAG = { hasMaximum: 1, shared: 2, memory64: 4, customPageSize: 8 } as const;

/** Reads a memory type. Throws `MalformedModuleError` for 64-bit memories and other page sizes. */
export function readMemoryType(reader: BinaryReader): MemoryType {
  const flags = reader.u8();
  if ((flags & FLAG.memory64) !== 0) throw new MalformedModuleError('Its memory has 64-bit addresses');
  if ((flags & FLAG.customPageSize) !== 0)
    throw new MalformedModuleError('Its memory has pages of another size');
  const minPages = reader.u32();
  const maxPages = (flags & FLAG.hasMaximum) === 0 ? undefined : reader.u32();
  return { minPages, maxPages, shared: (flags & FLAG.shared) !== 0 };
}
