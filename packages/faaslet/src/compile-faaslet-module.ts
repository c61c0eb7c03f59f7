import type { FaasletModule } from './faaslet.ts';
import { declaredMemory } from './module/declared-memory.ts';
import { PAGE_BYTES } from './module/memory-type.ts';
import { prepareModule } from './module/prepare-module.ts';

/** Prepares and compiles a module that `validateModule` accepted, off this thread, for a memory of at most `memoryBytes`. */
export async function compileFaasletModule(bytes: Uint8Array, memoryBytes: number): Promise<FaasletModule> {
  const memoryPagesMax = Math.floor(memoryBytes / PAGE_BYTES);
  const module = await WebAssembly.compile(prepareModule(bytes, memoryPagesMax));
  const memory = declaredMemory(bytes);
  if (memory === undefined || !memory.imported) return { module, importedMemory: undefined };
  const { minPages, maxPages = memoryPagesMax } = memory.type;
  return {
    module,
    importedMemory: { minPages, maxPages: Math.max(minPages, Math.min(maxPages, memoryPagesMax)) },
  };
}
