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
 * Of memories up to this size the written pages are found and copied back after a call; finding them costs with the size,
 * so that of larger ones they are discarded (`docs/decisions/0005-reset.md`).
 */
const SCANNED_BYTES_MAX = 16 * 1024 * 1024;

/** Makes a Proto-Faaslet of a snapshot. Throws `host.capacity`. */
export function createProtoFaaslet(
  source: FaasletModule,
  { pages, extents, globals, tables }: Snapshot,
  mapper: MemoryMapper,
): ProtoFaaslet {
  const sizeBytes = pages * PAGE_BYTES;
  const image = sizeBytes === 0 ? undefined : mapper.createImage(sizeBytes, extents);
  const bytes = sizeBytes <= SCANNED_BYTES_MAX ? sharedBytes(sizeBytes, extents) : undefined;
  return { source, reset: { image, bytes }, globals, tables };
}

/** In memory that threads share, so that there is one copy a process. */
function sharedBytes(sizeBytes: number, extents: readonly Extent[]): Uint8Array {
  const bytes = new Uint8Array(new SharedArrayBuffer(sizeBytes));
  for (const extent of extents) bytes.set(extent.bytes, extent.offset);
  return bytes;
}
