export { compileFaasletModule, type FaasletModule } from './faaslet-module.ts';
export { Guest, type GuestLimits, type GuestOptions, type GuestOutcome } from './guest.ts';
export { controlMemory, EngineThread, pauseWord, type GuestScheduler } from './instance/engine-thread.ts';
export { Faaslet, type FaasletParts } from './instance/faaslet.ts';
export { YIELD_NOW, type HostWork } from './instance/host-work.ts';
export { initializeFaaslet, type Initialization } from './instance/initialize-faaslet.ts';
export { createProtoFaaslet, type ProtoFaaslet } from './instance/proto-faaslet.ts';
export { tierUpModule } from './instance/tier-up.ts';
export { LinearMemory, type AddressableBytes } from './memory/linear-memory.ts';
export type {
  Extent,
  MappedMemory,
  MemoryImage,
  MemoryMapper,
  MemoryRange,
  RegionPlace,
  RegionRange,
  SharedRegion,
} from './memory/memory-mapper.ts';
export { MemorySlot, type RegionBudget } from './memory/memory-slot.ts';
export { PAGE_BYTES } from './module/memory-type.ts';
export { objectFiles, preparedObject } from './module/prepare/object-files.ts';
export { CHECK_INTERVAL, prepareModule, type PrepareOptions } from './module/prepare/prepare-module.ts';
export { PREPARER_VERSION } from './module/prepare/prepared-facts.ts';
export { Preparer } from './module/prepare/preparer.ts';
export { validateModule, type ModuleFacts, type ModuleLimits } from './module/validate-module.ts';
export type { Snapshot, TableSnapshot } from './snapshot/snapshot.ts';
export { SnapshotRefusedError, type SnapshotBounds } from './snapshot/snapshot-codec.ts';
export { openSnapshot, sealSnapshot, type SnapshotSeal } from './snapshot/snapshot-file.ts';
export { identityDigest, type SnapshotIdentity } from './snapshot/snapshot-identity.ts';
