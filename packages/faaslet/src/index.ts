export { compileFaasletModule } from './compile-faaslet-module.ts';
export { runFaaslet, type FaasletModule } from './faaslet.ts';
export { Guest, type GuestLimits, type GuestOptions, type GuestOutcome } from './guest.ts';
export type { LinearMemory } from './linear-memory.ts';
export { PAGE_BYTES } from './module/memory-type.ts';
export { validateModule, type ModuleFacts, type ModuleLimits } from './module/validate-module.ts';
