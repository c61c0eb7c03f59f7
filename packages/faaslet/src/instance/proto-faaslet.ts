import type { FaasletModule } from '../faaslet-module.ts';
import type { Extent, MemoryMapper } from '../memory/memory-mapper.ts';
import type { ResetImage } from '../memory/memory-slot.ts';
import { PAGE_BYTES } from '../module/memory-type.ts';
import type { Snapshot, TableSnapshot } from '../snapshot/snapshot.ts';

/** A function that was initialised: what all its Faaslets begin with. Threads can share it. */
export interface ProtoFaaslet {
  readonly source: FaasletModule;
  readonly reset: ResetImage;
  readonly globals: Uint8Array;
  readonly tables: readonly TableSnapshot[];
}

/**
 * Memories up to this size are copied back after a call, larger ones have their changed pages discarded: copying costs
 * with the size and discarding with the pages that a call touches (`docs/decisions/0005-reset.md`).
 */
export const COPIED_BYTES_MAX: number = 1024 * 1024;

/** Makes a Proto-Faaslet of a snapshot. Throws `host.capacity`. */
export function createProtoFaaslet(
  source: FaasletModule,
  { pages, extents, globals, tables }: Snapshot,
  mapper: MemoryMapper,
): ProtoFaaslet {
  const sizeBytes = pages * PAGE_BYTES;
  const image = sizeBytes === 0 ? undefined : mapper.createImage(sizeBytes, extents);
  const bytes = sizeBytes <= COPIED_BYTES_MAX ? sharedBytes(sizeBytes, extents) : undefined;
  return { source, reset: { image, bytes }, globals, tables };
}

/** In memory that threads share, so that there is one copy a process. */
function sharedBytes(sizeBytes: number, extents: readonly Extent[]): Uint8Array {
  const bytes = new Uint8Array(new SharedArrayBuffer(sizeBytes));
  for (const extent of extents) bytes.set(extent.bytes, extent.offset);
  return bytes;
}
