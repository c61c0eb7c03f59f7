import type { FaasletModule } from '../faaslet-module.ts';
import type { MemorySlot } from '../memory/memory-slot.ts';
import { GLOBALS_IMPORT, HOST_MODULE, MEMORY_IMPORT, PREPARED_EXPORT } from '../module/names.ts';
import { SAVED_GLOBAL_BYTES } from '../module/prepare/prepared-facts.ts';
import type { ThreadMemories } from './thread-memories.ts';

/** An instance of a prepared module on a memory slot, and the parts of it that the host works with. */
export class PreparedInstance {
  readonly #exports: WebAssembly.Exports;
  readonly #memories: ThreadMemories;
  readonly #globalsBytes: number;
  readonly #load: (() => unknown) | undefined;

  /** Instantiates; no code of the guest runs. Throws what V8 throws when there is no room for it. */
  constructor(
    { module, facts }: FaasletModule,
    parts: { slot: MemorySlot; memories: ThreadMemories; hostFunctions: WebAssembly.Imports },
  ) {
    const { slot, memories, hostFunctions } = parts;
    const own = { [GLOBALS_IMPORT]: memories.globals, [MEMORY_IMPORT]: slot.memory };
    const imports: WebAssembly.Imports = { ...hostFunctions, [HOST_MODULE]: own };
    if (facts.importsMemory) imports['env'] = { ...hostFunctions['env'], memory: slot.memory };
    this.#exports = new WebAssembly.Instance(module, imports).exports;
    this.#memories = memories;
    this.#globalsBytes = facts.savedGlobals * SAVED_GLOBAL_BYTES;
    this.#load = this.function(PREPARED_EXPORT.load);
    const grower = this.#exports[PREPARED_EXPORT.grower];
    if (!(grower instanceof WebAssembly.Global)) throw new TypeError('A prepared module exports no grower');
    grower.value = memories.grower.exported;
  }

  /** An exported function; undefined when there is none of the name. */
  function(name: string): ((...values: number[]) => unknown) | undefined {
    const found = this.#exports[name];
    return typeof found === 'function' ? (found as (...values: number[]) => unknown) : undefined;
  }

  /** A table that preparation exported. */
  table(index: number): WebAssembly.Table {
    const table = this.#exports[`${PREPARED_EXPORT.table}${index}`];
    if (table instanceof WebAssembly.Table) return table;
    throw new TypeError(`A prepared module exports no table ${index}`);
  }

  /** A mutable global of functions that preparation exported. */
  functionGlobal(index: number): WebAssembly.Global {
    const global = this.#exports[`${PREPARED_EXPORT.functionGlobal}${index}`];
    if (global instanceof WebAssembly.Global) return global;
    throw new TypeError(`A prepared module exports no global ${index}`);
  }

  /** The mutable globals, virtual size included. */
  saveGlobals(): Uint8Array {
    this.function(PREPARED_EXPORT.save)?.();
    return this.#memories.globalsBytes.slice(0, this.#globalsBytes);
  }

  /** Sets the mutable globals to what `saveGlobals` returned. */
  loadGlobals(saved: Uint8Array): void {
    this.#memories.globalsBytes.set(saved);
    this.#load?.();
  }
}
