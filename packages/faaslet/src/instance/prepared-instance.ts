import type { FaasletModule } from '../faaslet-module.ts';
import { NO_WINDOW } from '../memory/mapped-window.ts';
import type { MemoryRange } from '../memory/memory-mapper.ts';
import { PAGE_BYTES } from '../module/memory-type.ts';
import { CONTROL_IMPORT, HOST_MODULE, MEMORY_IMPORT, PREPARED_EXPORT } from '../module/names.ts';
import { SAVED_GLOBAL_BYTES } from '../module/prepare/prepared-facts.ts';
import type { EngineThread } from './engine-thread.ts';
import { suspendable } from './jspi.ts';

/** An exported function that can be suspended. */
type Entry = (...values: number[]) => Promise<unknown>;

/** An instance of a prepared module on a memory, and the parts of it that the host works with. */
export class PreparedInstance {
  readonly #exports: WebAssembly.Exports;
  readonly #thread: EngineThread;
  readonly #globalsBytes: number;
  readonly #load: (() => unknown) | undefined;
  /** What the guest was shown last. */
  #window: MemoryRange = NO_WINDOW;
  readonly #entries = new Map<string, Entry>();

  /** Instantiates; no code of the guest runs. Throws what V8 throws when there is no room for it. */
  constructor(
    { module, facts }: FaasletModule,
    parts: { memory: WebAssembly.Memory; thread: EngineThread; hostFunctions: WebAssembly.Imports },
  ) {
    const { memory, thread, hostFunctions } = parts;
    const own = { [CONTROL_IMPORT]: thread.control, [MEMORY_IMPORT]: memory };
    const imports: WebAssembly.Imports = { ...hostFunctions, [HOST_MODULE]: own };
    if (facts.importsMemory) imports['env'] = { ...hostFunctions['env'], memory };
    this.#exports = new WebAssembly.Instance(module, imports).exports;
    this.#thread = thread;
    this.#globalsBytes = facts.savedGlobals * SAVED_GLOBAL_BYTES;
    this.#load = this.function(PREPARED_EXPORT.load);
    this.#global(PREPARED_EXPORT.grower).value = thread.grower;
    this.#global(PREPARED_EXPORT.pauser).value = thread.pauser;
  }

  /** Calls an exported function in such a way that it can be suspended. Rejects with the guest's trap. */
  enter(name: string, ...values: number[]): Promise<unknown> {
    const entry = this.#entries.get(name) ?? this.#addEntry(name);
    return entry(...values);
  }

  #addEntry(name: string): Entry {
    const found = this.function(name);
    if (found === undefined) throw new TypeError(`The module exports no function ${name}`);
    const entry = suspendable(found);
    this.#entries.set(name, entry);
    return entry;
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
    return this.#global(`${PREPARED_EXPORT.functionGlobal}${index}`);
  }

  /** The mutable globals, virtual size included. */
  saveGlobals(): Uint8Array {
    this.function(PREPARED_EXPORT.save)?.();
    return this.#thread.globalsBytes.slice(0, this.#globalsBytes);
  }

  /** Sets the mutable globals to what `saveGlobals` returned. */
  loadGlobals(saved: Uint8Array): void {
    this.#thread.globalsBytes.set(saved);
    this.#load?.();
  }

  /** Lets operations of the guest on ranges of its memory work in the window too, or, where it ends at 0, no more. */
  showWindow(window: MemoryRange): void {
    if (window === this.#window) return;
    this.#window = window;
    this.#global(PREPARED_EXPORT.windowStart).value = window.start / PAGE_BYTES;
    this.#global(PREPARED_EXPORT.windowEnd).value = window.end / PAGE_BYTES;
  }

  /** Grows the memory for the host, as the guest's own `memory.grow` would. Returns the size before in pages, or -1. */
  growMemory(delta: number): number {
    const before = this.#thread.grow(delta);
    if (before < 0) return before;
    const saved = this.saveGlobals();
    // The first of them is the virtual size.
    new DataView(saved.buffer, saved.byteOffset).setUint32(0, before + delta, true);
    this.loadGlobals(saved);
    return before;
  }

  #global(name: string): WebAssembly.Global {
    const global = this.#exports[name];
    if (global instanceof WebAssembly.Global) return global;
    throw new TypeError(`A prepared module exports no global ${name}`);
  }
}
